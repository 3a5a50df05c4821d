/** Runs the contestants of a scenario in turn, and makes its figures of what they measured. */
import type { Contestant, Figure, Measures, Opened, Source, Target } from "./scenario.js";
import { median, spread } from "./statistics.js";

/** What the rounds gave, by contestant; the warm-up is not among them. */
export type Rounds = ReadonlyMap<string, readonly Measures[]>;

/** A number of the report: the middle of the rounds, half their range as a share of it, and all of them. */
export type Summary = { readonly median: number; readonly spread: number; readonly runs: readonly number[] };

export type Verdict = {
  readonly name: string;
  readonly unit: string;
  readonly value: Summary;
  /** The contestant's name and numbers, or why there are none; null for a figure without a yardstick. */
  readonly yardstick: ({ readonly name: string } & (Summary | { readonly absent: string })) | null;
  /** The middle of the rounds' ratios, value ÷ yardstick: what disturbs a whole round disturbs both sides of it. */
  readonly ratio: Summary | null;
  /** Likewise, value − yardstick. */
  readonly difference: Summary | null;
  /** Null where the ratio is not known. */
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

/** Throws when a figure names a contestant or a measure that there is not: a benchmark does not guess. */
export function verdicts({ contestants, figures }: Pick<Opened, "contestants" | "figures">, rounds: Rounds): Verdict[] {
  return figures.map((figure) => {
    const runs = taken(rounds, figure.value);
    const yardstick = yardstickOf(figure, contestants, rounds);
    const against = yardstick && "runs" in yardstick ? yardstick.runs : null;
    const pairs = against?.map((other, i) => [runs[i] as number, other] as const); // Every round gives one of each.
    const ratio = pairs ? summary(pairs.map(([value, other]) => value / other)) : null;
    const difference = pairs ? summary(pairs.map(([value, other]) => value - other)) : null;
    const value = summary(runs);
    const targets = (figure.targets ?? []).map((target) => {
      const actual = { value, ratio, difference }[target.of]?.median;
      return { ...target, reached: actual === undefined ? null : isReached(target, actual) };
    });
    return { name: figure.name, unit: figure.unit, value, yardstick, ratio, difference, targets };
  });
}

function yardstickOf(figure: Figure, contestants: Opened["contestants"], rounds: Rounds): Verdict["yardstick"] {
  if (!figure.yardstick) return null;
  const { of: name, measure = figure.value.measure } = figure.yardstick;
  const contestant = contestants.find((one) => one.name === name);
  if (contestant && "absent" in contestant) return contestant;
  return { name, ...summary(taken(rounds, { of: name, measure })) };
}

function taken(rounds: Rounds, { of, measure }: Required<Source>): number[] {
  const all = rounds.get(of);
  if (!all) throw new Error(`no contestant ${JSON.stringify(of)}`);
  return all.map((measures) => {
    const one = measures[measure];
    if (one === undefined) throw new Error(`${of} did not measure ${JSON.stringify(measure)}`);
    return one;
  });
}

function summary(runs: readonly number[]): Summary {
  return { median: median(runs), spread: spread(runs), runs };
}

function isReached(target: Target, actual: number): boolean {
  return "atLeast" in target ? actual >= target.atLeast : actual <= target.atMost;
}

function shown(measures: Measures): string {
  return Object.entries(measures)
    .map(([name, value]) => `${name} ${numeral(value)}`)
    .join(", ");
}

/** Four digits that count, in groups of thousands. */
export function numeral(value: number): string {
  const digits = Math.abs(value) >= 1_000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 4 };
  return value.toLocaleString("en", digits);
}
