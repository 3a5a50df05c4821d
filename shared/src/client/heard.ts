/** What a worker's message means to its host. Every message is a stranger's, whatever the technology that carried it. */
import { SENTENCE_BYTES_MAX } from "../limits.js";
import { cutUtf8 } from "../runner/cut.js";
import { said } from "../runner/said.js";
import type { ExecutorEvent } from "./executor.js";

/** A worker is gone; `code` is what its running electron fails with. */
export type Lost = Extract<ExecutorEvent, { type: "lost" }>;

/** The event that a message is; `lost` for a worker that died, could not load its atom, or said what none may say. */
export function heard(message: unknown): ExecutorEvent {
  const { success, data } = said.safeParse(message);
  if (!success) return brokenProtocol();
  if (data.type === "died") return lost("worker_died", `the atom's worker died: ${data.message}`);
  if (data.type === "unopened") return lost(data.failure.code, `the atom cannot be loaded: ${data.failure.message}`);
  return data;
}

/** A worker that says what no runner of ours does runs something else, and is ended: `worker_died`. */
export function brokenProtocol(): Lost {
  return lost("worker_died", "the atom's worker broke its protocol");
}

/** @param message cut where it is too long */
export function lost(code: Lost["code"], message: string): Lost {
  return { type: "lost", code, message: cutUtf8(message, SENTENCE_BYTES_MAX) };
}
