/** A link without any sign of life for that long is given up. */
export const SILENCE_MS = 15_000;
