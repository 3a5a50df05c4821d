/** A link without any sign of life for that long is given up. */
export const SILENCE_MS = 15_000;
/** How long a closed socket keeps its leases. */
export const GRACE_MS = 5_000;
