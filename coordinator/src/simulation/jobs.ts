/** Jobs of a simulated world, and what a single thread makes of the same electrons. */
import { type Policy, policy } from "@valence/shared/policy";
import type { ReduceRule } from "@valence/shared/reduce-rule";
import type { Value } from "@valence/shared/value";
import { encodeValue } from "@valence/shared/value-codec";
import type { JobInput, JobSpec } from "../core/job-spec.js";
import { reducerOf } from "../core/reduce/reducer-of.js";
import type { JobRecord } from "../core/writes.js";
import { resultOf, type SimulatedAtom, type SimulatedForm } from "./atom.js";
import type { Chance } from "./chance.js";
import { WALL_0 } from "./wall.js";

/** Rules with results that they take, and how well a mean is to be known. */
type Reduction = { readonly rule: ReduceRule | null; readonly form: SimulatedForm; readonly halfWidth?: number };
const PLAIN: [Reduction, ...Reduction[]] = [
  { rule: null, form: "score" },
  { rule: "sum", form: "number" },
  { rule: "mean", form: "number" },
  { rule: "count", form: "number" },
  { rule: "min", form: "number" },
  { rule: "collect", form: "number" },
];
const COMPOSED: [Reduction, ...Reduction[]] = [
  { rule: { histogram: { from: -1, to: 1, bins: 20 } }, form: "number" },
  { rule: { top: 3 }, form: "number" },
  { rule: { top: 20, by: "score" }, form: "score" },
  { rule: { score: { histogram: { from: 0, to: 4, bins: 4 } }, x: "mean" }, form: "score" },
  { rule: { each: "sum" }, form: "pairs" },
  { rule: { each: { top: 2 }, keysMax: 9 }, form: "pairs" },
  { rule: { each: "collect", keysMax: 9 }, form: "pairs" },
  { rule: "mean", form: "near one", halfWidth: 0.1 },
  { rule: "mean", form: "near one", halfWidth: 0.06 },
];

export type SimulatedJob = { readonly spec: JobSpec; readonly record: JobRecord; readonly atom: SimulatedAtom };

export function simulatedJob(id: string, electronsMax: number, chance: Chance): SimulatedJob {
  const electronMs = chance.pick([0.2, 5, 60, 900]);
  const faulty = chance.hit(0.5);
  const { rule, form, halfWidth } = chance.pick(chance.hit(0.5) ? PLAIN : COMPOSED);
  const delivery = chance.hit(0.15) ? "at-most-once" : "at-least-once";
  const takesAnything = rule === null || rule === "count" || rule === "collect";
  const atom = {
    form,
    electronMs,
    dear: electronMs > 60 ? 0 : chance.pick([0, 0, 0.1]),
    throws: faulty ? chance.between(0, 0.05) : 0,
    hangs: faulty ? chance.between(0, 0.02) : 0,
    kills: faulty ? chance.between(0, 0.03) : 0,
    crashes: faulty && chance.hit(0.3) ? chance.between(0, 0.01) : 0,
    lies: faulty && !takesAnything ? chance.between(0, 0.05) : 0,
    hopeless: chance.pick([0, 0, 0.5]),
    seed: chance.int(1, 1e9),
  };
  const spec: JobSpec = {
    id,
    name: null,
    atom: `atom-${id}`,
    atomOwner: "owner",
    owner: "owner",
    createdAt: 0,
    input: simulatedInput(delivery === "at-most-once" ? electronsMax / 4 : electronsMax, delivery, chance),
    reduce: rule,
    keep: chance.hit(0.7),
    private: false,
    policy: policy.parse({
      timeoutMs: electronMs > 100 ? 20_000 : chance.pick([1_000, 3_000]),
      attemptsMax: chance.pick([2, 3, 4, 9]),
      backoff: { kind: chance.pick(["fixed", "exponential", "fibonacci"]), baseMs: chance.pick([0, 100, 1_000]) },
      onFailure: chance.hit(0.7) ? { tolerate: 1 } : "fail",
      delivery,
      priority: chance.pick(["low", "normal", "high"]),
      stopWhen: halfWidth === undefined ? null : { halfWidth },
    }),
    params: null,
    seed: 1,
    deadlineAt: chance.hit(0.1) ? WALL_0 + chance.int(1_000, 200_000) : null,
  };
  return { spec, record: recordOf(spec), atom };
}

/** A list of electrons that never fail, one in ten of which takes ten times as long as the others. */
export function mixedJob(
  id: string,
  options: { electrons: number; electronMs: number; policy: Policy; seed: number },
): SimulatedJob {
  const { electrons: total, electronMs, policy, seed } = options;
  const never = { throws: 0, hangs: 0, kills: 0, crashes: 0, lies: 0, hopeless: 0 };
  const atom: SimulatedAtom = { form: "number", electronMs, dear: 0.1, ...never, seed };
  const owners = { atomOwner: "owner", owner: "owner", private: false };
  const input: JobInput = { kind: "list", total };
  const rest = { name: null, createdAt: 0, params: null, seed: 1, deadlineAt: null, keep: true };
  const spec: JobSpec = { id, atom: `atom-${id}`, input, reduce: "sum", policy, ...owners, ...rest };
  return { spec, record: recordOf(spec), atom };
}

/** What a single thread folds from the outcomes of these electrons, in their order. */
export function serialResult({ spec, atom }: SimulatedJob, electrons: Iterable<number>): Value {
  if (spec.reduce === null) return null;
  const reducer = reducerOf(spec.reduce);
  let fold = reducer.empty();
  for (const electron of electrons) {
    fold = reducer.fold(fold, { value: resultOf(atom, electron), electron });
  }
  return reducer.read(fold);
}

function simulatedInput(electronsMax: number, delivery: Policy["delivery"], chance: Chance): JobInput {
  const electrons = chance.int(1, electronsMax);
  const measured = delivery === "at-most-once" ? "range" : "auto";
  const kind = chance.pick(["range", "range", measured, "list", "grid"]);
  if (kind === "list") return { kind, total: electrons };
  if (kind === "grid")
    return { kind, total: electrons, axes: [{ name: "x", axis: { from: 0, step: 1, count: electrons } }] };
  if (kind === "auto") return { kind: "range", from: -7, total: electrons, chunk: null };
  const chunk = chance.int(1, 9);
  return { kind: "range", from: 5, total: electrons * chunk - chance.int(0, chunk - 1), chunk };
}

function recordOf(spec: JobSpec): JobRecord {
  const { id, name, atom, owner, createdAt } = spec;
  return { id, name, atom, owner, createdAt, spec: encodeValue(null), list: null, upload: null };
}
