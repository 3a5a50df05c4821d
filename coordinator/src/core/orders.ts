/** What a volunteer is told of a job before its first lease of it. */
import type { InputShape } from "@valence/shared/shape-form";
import { type Job, runsOnce } from "./job.js";
import type { JobInput } from "./job-spec.js";
import { type GridState, type Session, send } from "./state.js";

/** What a volunteer needs to know of a job, once per link. */
export function sendOrder(state: GridState, session: Session, job: Job): void {
  if (session.orders.has(job.spec.id)) return;
  session.orders.add(job.spec.id);
  const { id, atom, atomOwner, seed, policy, params } = job.spec;
  const own = session.owner !== null && session.owner === atomOwner;
  const shape = shapeOf(job.spec.input, job.electrons?.chunk ?? 1);
  const once = runsOnce(job);
  send(state, session, { type: "job", job: id, atom, own, seed, timeoutMs: policy.timeoutMs, once, params, shape });
}

function shapeOf(input: JobInput, chunk: number): InputShape {
  if (input.kind === "range") return { kind: "range", from: input.from, chunk, total: input.total };
  return input.kind === "grid" ? { kind: "grid", axes: [...input.axes] } : { kind: "list" };
}
