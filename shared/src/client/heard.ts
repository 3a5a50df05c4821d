/** What a worker's message means to its host. Every message is a stranger's, whatever the technology that carried it. */
import { SENTENCE_BYTES_MAX } from "../limits.js";
import { cutUtf8 } from "../runner/cut.js";
import { said } from "../runner/said.js";
import type { ExecutorEvent } from "./executor.js";

/** The worker is gone: `code` is that of a failure of the electron it was at, `message` has at most 1,024 bytes of UTF-8. */
export type Lost = Extract<ExecutorEvent, { type: "lost" }>;

/** The event that a message is; `lost` for a worker that died, could not load its atom, or said what none may say. */
export function heard(message: unknown): ExecutorEvent {
  const { success, data } = said.safeParse(message);
  if (!success) return brokenProtocol();
  if (data.type === "died") return lost("worker_died", `the atom's worker died: ${data.message}`);
  if (data.type === "unopened") return lost(data.failure.code, `the atom cannot be loaded: ${data.failure.message}`);
  return data;
}

/** For a message that no worker of ours sends: whoever is in it is not believed any more. */
export function brokenProtocol(): Lost {
  return lost("worker_died", "the atom's worker broke its protocol");
}

/** @param message cut where it is too long */
export function lost(code: Lost["code"], message: string): Lost {
  return { type: "lost", code, message: cutUtf8(message, SENTENCE_BYTES_MAX) };
}
