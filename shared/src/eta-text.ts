/** How long it still takes, as a range: nobody knows how fast volunteers come and go, and digits would say they did. Pure. */
import type { JobView } from "./job-view.js";

const SECOND = 1_000;
/** The unit for what takes so long at most. */
const UNITS = [
  [90 * SECOND, SECOND, "s"],
  [90 * 60 * SECOND, 60 * SECOND, "min"],
  [36 * 3_600 * SECOND, 3_600 * SECOND, "h"],
  [730 * 86_400 * SECOND, 86_400 * SECOND, "d"],
] as const;
const YEAR_MS = 365.25 * 86_400 * SECOND;

/** `17 to 24 min`, `about 3 h`, `under 2 s`, `over 100 years`. */
export function etaText({ lowMs, highMs }: NonNullable<JobView["eta"]>): string {
  const [, unitMs, unit] = UNITS.find(([upTo]) => highMs <= upTo) ?? [0, YEAR_MS, "years"];
  const [low, high] = [Math.round(lowMs / unitMs), Math.max(1, Math.ceil(highMs / unitMs))];
  if (low > 100 && unit === "years") return "over 100 years";
  if (low === 0) return `under ${high} ${unit}`;
  return low >= high ? `about ${high} ${unit}` : `${low} to ${high} ${unit}`;
}
