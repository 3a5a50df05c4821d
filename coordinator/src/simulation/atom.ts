/** The atom of a simulated job: what each electron gives, how long it takes and how it fails, all by formula. */
import { seededRandom } from "@valence/shared/random";
import type { Value } from "@valence/shared/value";

export type SimulatedOutcome =
  | { readonly type: "value"; readonly value: Value }
  | { readonly type: "error"; readonly retryable: boolean }
  | { readonly type: "hang" }
  | { readonly type: "death" }
  /** Takes the whole client with it. */
  | { readonly type: "crash" };

/** What results look like: numbers of any size or near 1, objects with a score that many share, pairs of few keys. */
export type SimulatedForm = "number" | "near one" | "score" | "pairs";

export type SimulatedAtom = {
  readonly form: SimulatedForm;
  /** Mean virtual milliseconds of an electron that is not dear. */
  readonly electronMs: number;
  /** Share of electrons that take ten times as long. */
  readonly dear: number;
  /** Shares of electrons that throw, never return, kill their worker or their whole client, in their first attempt or in all. */
  readonly throws: number;
  readonly hangs: number;
  readonly kills: number;
  readonly crashes: number;
  /** Share of electrons that give what no rule for numbers can fold. */
  readonly lies: number;
  /** Share of the failing electrons that fail in every attempt. */
  readonly hopeless: number;
  readonly seed: number;
};

/** What electron number `electron` does in its `attempt`-th attempt. */
export function outcomeOf(atom: SimulatedAtom, electron: number, attempt: number): SimulatedOutcome {
  const random = seededRandom(atom.seed, electron);
  const [kind, fate, crash] = [random(), random(), random()];
  if (attempt > 1 && fate >= atom.hopeless) return { type: "value", value: resultOf(atom, electron) };
  if (crash < atom.crashes) return { type: "crash" };
  if (kind < atom.throws) return { type: "error", retryable: fate * 7 < 6 };
  if (kind < atom.throws + atom.hangs) return { type: "hang" };
  if (kind < atom.throws + atom.hangs + atom.kills) return { type: "death" };
  if (kind > 1 - atom.lies) return { type: "value", value: "no number" };
  return { type: "value", value: resultOf(atom, electron) };
}

/** What a single thread gets of the electron. */
export function resultOf(atom: SimulatedAtom, electron: number): Value {
  const random = seededRandom(atom.seed + 1, electron);
  const x = awkward(random);
  if (atom.form === "number") return x;
  if (atom.form === "near one") return 0.5 + random();
  if (atom.form === "score") return { score: Math.floor(random() * 5), x };
  return Array.from({ length: Math.floor(random() * 4) }, () => [`key ${Math.floor(random() * 9)}`, awkward(random)]);
}

/** An awkward double: its sum depends on the order of adding, unless the accumulator is exact. */
function awkward(random: () => number): number {
  return (random() - 0.5) * 10 ** Math.floor(random() * 30 - 15);
}

/** Virtual milliseconds of one electron. */
export function durationOf(atom: SimulatedAtom, electron: number): number {
  const random = seededRandom(atom.seed + 2, electron);
  const [usual, dice] = [atom.electronMs * (0.5 + random()), random()];
  return dice < atom.dear ? 10 * usual : usual;
}
