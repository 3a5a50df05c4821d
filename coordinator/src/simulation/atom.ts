/** The atom of a simulated job: what each electron gives, how long it takes and how it fails, all by formula. */
import { seededRandom } from "@valence/shared/random";

export type SimulatedOutcome =
  | { readonly type: "value"; readonly value: number }
  | { readonly type: "error"; readonly retryable: boolean }
  | { readonly type: "hang" }
  | { readonly type: "death" };

export type SimulatedAtom = {
  /** Mean virtual milliseconds of an electron. */
  readonly electronMs: number;
  /** Shares of electrons that throw, never return, kill their worker, in their first attempt or in all. */
  readonly throws: number;
  readonly hangs: number;
  readonly kills: number;
  /** Share of the failing electrons that fail in every attempt. */
  readonly hopeless: number;
  readonly seed: number;
};

/** What electron number `electron` does in its `attempt`-th attempt. */
export function outcomeOf(atom: SimulatedAtom, electron: number, attempt: number): SimulatedOutcome {
  const random = seededRandom(atom.seed, electron);
  const [kind, fate] = [random(), random()];
  if (attempt > 1 && fate >= atom.hopeless) return { type: "value", value: resultOf(atom, electron) };
  if (kind < atom.throws) return { type: "error", retryable: fate * 7 < 6 };
  if (kind < atom.throws + atom.hangs) return { type: "hang" };
  if (kind < atom.throws + atom.hangs + atom.kills) return { type: "death" };
  return { type: "value", value: resultOf(atom, electron) };
}

/** An awkward double: its sum depends on the order of adding, unless the accumulator is exact. */
export function resultOf(atom: SimulatedAtom, electron: number): number {
  const random = seededRandom(atom.seed + 1, electron);
  return (random() - 0.5) * 10 ** Math.floor(random() * 30 - 15);
}

/** Virtual milliseconds of one electron. */
export function durationOf(atom: SimulatedAtom, electron: number): number {
  return atom.electronMs * (0.5 + seededRandom(atom.seed + 2, electron)());
}
