/** The two clocks, always passed in: leases run on the monotonic one, wall time only stamps. Both in milliseconds. */
export type Now = { readonly mono: number; readonly wall: number };
