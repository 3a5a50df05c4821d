/** How a run is told: a block of lines for each scenario, one line of JSON, and one table of all figures at the end. */
import { numeral, type Verdict } from "./measure.js";
import type { Target } from "./scenario.js";

export const HEAD = ["scenario", "figure", "value", "yardstick", "ratio", "target", "reached"];

/** One row for each figure, as `HEAD` says. */
export function rowsOf(scenario: string, verdicts: readonly Verdict[]): string[][] {
  return verdicts.map(({ name, unit, value, yardstick, ratio, targets }) => [
    scenario,
    name,
    `${numeral(value.median)} ${unit} ± ${percent(value.spread)}`,
    yardstick === null ? "none" : `${yardstick.name}: ${held(yardstick)}`,
    ratio === null ? "" : `${numeral(ratio.median)} ± ${percent(ratio.spread)}`,
    targets.map(aim).join(", "),
    targets.map(({ reached }) => (reached === null ? "not run" : reached ? "yes" : "NO")).join(", "),
  ]);
}

function held(yardstick: NonNullable<Verdict["yardstick"]>): string {
  return "absent" in yardstick
    ? `not run (${yardstick.absent})`
    : `${numeral(yardstick.median)} ± ${percent(yardstick.spread)}`;
}

function aim(target: Target): string {
  const bound = "atLeast" in target ? `≥ ${numeral(target.atLeast)}` : `≤ ${numeral(target.atMost)}`;
  return target.of === "value" ? bound : `${bound} ${target.of === "ratio" ? "×" : "more"}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
