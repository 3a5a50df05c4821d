/** Runs the contestants of a scenario in turn, and makes its figures of what they measured. */
import type { Absent, Contestant, Figure, Measures, Opened, Source, Target } from "./scenario.js";
import { median, spread } from "./statistics.js";

/** What the rounds gave, by contestant; the warm-up is not among them. */
export type Rounds = ReadonlyMap<string, readonly Measures[]>;

/** A number of the report: the middle of the rounds, half their range as a share of it (null where it is 0), and all of them. */
export type Summary = { readonly median: number; readonly spread: number | null; readonly runs: readonly number[] };

export type Verdict = {
  readonly name: string;
  readonly unit: string;
  /** Null when a round could not measure it, since there was too little to do. */
  readonly value: Summary | null;
  /** The contestant's name and numbers, null as above, or why it is not there; null for a figure without a yardstick. */
  readonly yardstick: { readonly name: string; readonly value: Summary | null } | Absent | null;
  /** The middle of the rounds' ratios, value ÷ yardstick: what disturbs a whole round disturbs both sides of it. */
  readonly ratio: Summary | null;
  /** Likewise, value − yardstick. */
  readonly difference: Summary | null;
  /** Null where what it is of is not known, or nothing is judged. */
  readonly targets: readonly (Target & { readonly reached: boolean | null })[];
};

type Course = { readonly warmUps?: number; readonly onRun?: (line: string) => void };

/** One warm-up of each contestant, unless `warmUps` says otherwise, then `runs` rounds of all of them in turn. */
export async function measure(
  { contestants }: Pick<Opened, "contestants">,
  runs: number,
  { warmUps = 1, onRun = () => {} }: Course = {},
): Promise<Rounds> {
  const present = contestants.filter((contestant): contestant is Contestant => "run" in contestant);
  const rounds = new Map(present.map(({ name }) => [name, [] as Measures[]]));
  for (let round = 1 - warmUps; round <= runs; round++) {
    for (const contestant of present) {
      const measures = await contestant.run();
      if (round > 0) rounds.get(contestant.name)?.push(measures);
      onRun(`${(round > 0 ? `run ${round}` : "warm-up").padEnd(8)} ${contestant.name.padEnd(44)} ${shown(measures)}`);
    }
  }
  return rounds;
}

/**
 * Throws when a figure names a contestant or a measure that there is not: a benchmark does not guess.
 *
 * @param judge whether targets are held against what was measured: they are meant for the usual size
 */
export function verdicts(
  { contestants, figures }: Pick<Opened, "contestants" | "figures">,
  rounds: Rounds,
  { judge = true }: { readonly judge?: boolean } = {},
): Verdict[] {
  return figures.map((figure) => {
    const value = summary(taken(rounds, figure.value));
    const yardstick = yardstickOf(figure, contestants, rounds);
    const against = yardstick && "value" in yardstick ? yardstick.value : null;
    const ratio = compared(value, against, (one, other) => one / other);
    const difference = compared(value, against, (one, other) => one - other);
    const targets = (figure.targets ?? []).map((target) => {
      const actual = { value, ratio, difference }[target.of];
      return { ...target, reached: judge && actual ? isReached(target, actual.median) : null };
    });
    return { name: figure.name, unit: figure.unit, value, yardstick, ratio, difference, targets };
  });
}

function yardstickOf(figure: Figure, contestants: Opened["contestants"], rounds: Rounds): Verdict["yardstick"] {
  if (!figure.yardstick) return null;
  const { of: name, measure = figure.value.measure } = figure.yardstick;
  const contestant = contestants.find((one) => one.name === name);
  if (contestant && "absent" in contestant) return contestant;
  return { name, value: summary(taken(rounds, { of: name, measure })) };
}

function taken(rounds: Rounds, { of, measure }: Required<Source>): (number | null)[] {
  const all = rounds.get(of);
  if (!all) throw new Error(`no contestant ${JSON.stringify(of)}`);
  return all.map((measures) => {
    const one = measures[measure];
    if (one === undefined) throw new Error(`${of} did not measure ${JSON.stringify(measure)}`);
    return one;
  });
}

/** Round by round; every round gives one of each. */
function compared(value: Summary | null, against: Summary | null, how: (one: number, other: number) => number) {
  if (!value || !against) return null;
  return summary(value.runs.map((one, i) => how(one, against.runs[i] as number)));
}

/** Null unless every round gave a number: what is divided by nothing is none. */
function summary(all: readonly (number | null)[]): Summary | null {
  const runs = all.filter((one) => one !== null && Number.isFinite(one)) as number[];
  return runs.length === all.length ? { median: median(runs), spread: spread(runs), runs } : null;
}

function isReached(target: Target, actual: number): boolean {
  return "atLeast" in target ? actual >= target.atLeast : actual <= target.atMost;
}

function shown(measures: Measures): string {
  return Object.entries(measures)
    .map(([name, value]) => `${name} ${value === null ? "not measured" : numeral(value)}`)
    .join(", ");
}

/** Four digits that count, in groups of thousands. */
export function numeral(value: number): string {
  const digits = Math.abs(value) >= 1_000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 4 };
  return value.toLocaleString("en", digits);
}
