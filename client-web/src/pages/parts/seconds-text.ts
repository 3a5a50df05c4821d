import { duration } from "@valence/shared/human";

/** How long something lasts that is read while it lasts: `7 s`, `3 min 20 s`. Pure. */
export function secondsText(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1_000);
  return seconds < 60 ? `${seconds} s` : duration(1_000 * seconds);
}
