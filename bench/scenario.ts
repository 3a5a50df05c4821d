/** What a benchmark is: contestants that do the same work, interleaved in one run, each measured in a rate. */
import { median, spread } from "./statistics.js";

export type Contestant = {
  readonly name: string;
  /** Does the work once and gives the rate. */
  run(): Promise<number>;
};

export type Scenario = {
  readonly name: string;
  readonly unit: string;
  /** The first is what is measured, the others are its yardsticks. */
  readonly contestants: readonly Contestant[];
  /** What else was measured, once all have run. */
  remark?(): Promise<string>;
  close(): Promise<void>;
};

export type Outcome = { readonly name: string; readonly median: number; readonly spread: number };

/** One warm-up of each contestant, then `runs` rounds of all of them in turn. */
export async function measure(
  { contestants }: Scenario,
  runs: number,
  onRun: (line: string) => void,
): Promise<Outcome[]> {
  const rates = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round <= runs; round++) {
    for (const contestant of contestants) {
      const rate = await contestant.run();
      if (round > 0) rates.get(contestant.name)?.push(rate);
      onRun(
        `${round === 0 ? "warm-up" : `run ${round}`}  ${contestant.name.padEnd(40)} ${Math.round(rate).toLocaleString("en")}`,
      );
    }
  }
  return [...rates].map(([name, all]) => ({ name, median: median(all), spread: spread(all) }));
}
