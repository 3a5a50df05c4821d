/** What the clock on the wall shows when a simulated world begins. */
export const WALL_0 = 1_800_000_000_000;
