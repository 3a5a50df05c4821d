/** How a run is told: a block of lines for each scenario, one line of JSON, and one table of all figures at the end. */
import { numeral, type Summary, type Verdict } from "./measure.js";
import type { Target } from "./scenario.js";
import { halfRange } from "./statistics.js";

export const HEAD = ["scenario", "figure", "value", "yardstick", "ratio", "target", "reached"];

const NOT_MEASURED = "not measured: too small";

/** One row for each figure, as `HEAD` says. */
export function rowsOf(scenario: string, verdicts: readonly Verdict[]): string[][] {
  return verdicts.map((verdict) => [
    scenario,
    verdict.name,
    shown(verdict.value, ` ${verdict.unit}`),
    held(verdict.yardstick),
    verdict.ratio === null ? "" : shown(verdict.ratio),
    verdict.targets.map(aim).join(", "),
    verdict.targets.map((target) => answer(verdict, target)).join(", "),
  ]);
}

function shown(summary: Summary | null, unit = ""): string {
  if (summary === null) return NOT_MEASURED;
  const { median, spread, runs } = summary;
  const about = spread === null ? `${numeral(halfRange(runs))}${unit}` : `${Math.round(spread * 100)} %`;
  return `${numeral(median)}${unit} ± ${about}`;
}

function held(yardstick: Verdict["yardstick"]): string {
  if (yardstick === null) return "none";
  const { name } = yardstick;
  if ("absent" in yardstick) return `${name}: not run (${yardstick.absent})`;
  return `${name}: ${shown(yardstick.value)}`;
}

function aim(target: Target): string {
  const bound = "atLeast" in target ? `≥ ${numeral(target.atLeast)}` : `≤ ${numeral(target.atMost)}`;
  return target.of === "value" ? bound : `${bound} ${target.of === "ratio" ? "×" : "more"}`;
}

function answer(verdict: Verdict, { of, reached }: Verdict["targets"][number]): string {
  if (reached !== null) return reached ? "yes" : "NO";
  if (verdict[of] !== null) return "not judged: small";
  return verdict.yardstick && "absent" in verdict.yardstick && of !== "value" ? "not run" : "not measured";
}
