import { percent } from "@valence/shared/human";

/** How much is done: `42.1 %`, rounded down so that 100 % means all; what has only begun is not nothing. Pure. */
export function shareText(done: number, total: number): string {
  if (done > 0 && done === total) return "100 %";
  const text = percent(done, total);
  return done > 0 && text === percent(0, 1) ? "< 0.1 %" : text;
}
