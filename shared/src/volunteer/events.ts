/** What happens to a volunteer, and what it wants done. Times are monotonic milliseconds; effects are performed in order. */
import type { Down } from "../protocol/down.js";
import type { Failure, Part } from "../protocol/fields.js";
import type { Up } from "../protocol/up.js";
import type { Grant, JobOrder } from "./held-lease.js";

/** All that a volunteer hears: of its link, its workers, the clock and whoever stops it. Any of it may come at any time. */
export type VolunteerEvent =
  /** A link is up and the coordinator knows who we are; `hello` has been said. */
  | { readonly type: "connected" }
  | { readonly type: "disconnected" }
  | { readonly type: "message"; readonly message: Down }
  | WorkerEvent
  | { readonly type: "tick" }
  /** Leave: `finish` lets running electrons end, `now` does not. */
  | { readonly type: "stop"; readonly mode: "finish" | "now" };

/** What a slot's worker says; the shell drops what comes from a worker that was closed. */
export type WorkerEvent =
  /** The atom is imported. */
  | { readonly type: "opened"; readonly slot: number }
  /** This client will not or cannot run the slot's atom at all. */
  | { readonly type: "declined"; readonly slot: number; readonly code: string; readonly message: string }
  /** The next electrons of the run are done. */
  | { readonly type: "part"; readonly slot: number; readonly part: Part }
  /** The electron after the posted ones failed and the run ended with it; the worker lives. */
  | { readonly type: "failed"; readonly slot: number; readonly failure: Failure }
  /** The run stopped between two electrons, as `halt` asked. */
  | { readonly type: "halted"; readonly slot: number }
  /** The worker is gone, and with it what it had not posted. */
  | { readonly type: "lost"; readonly slot: number; readonly code: Failure["code"]; readonly message: string }
  /** The worker went down together with those of other slots, and nobody knows whose electron did it. */
  | { readonly type: "wrecked"; readonly slot: number }
  /** Zero items: no throw-away call succeeded. */
  | { readonly type: "probed"; readonly slot: number; readonly items: number; readonly elapsedMs: number };

/** What the shell does for a volunteer; what comes of it returns as events, later and never at once. */
export type VolunteerEffect =
  | { readonly type: "send"; readonly message: Up }
  /** Make a fresh worker for the slot and import the job's atom; answered by `opened`, `declined` or `lost`. */
  | { readonly type: "open"; readonly slot: number; readonly job: JobOrder }
  /** Terminate the slot's worker at once. */
  | { readonly type: "close"; readonly slot: number }
  /** Work electrons `[from, to)` of the grant in order. */
  | {
      readonly type: "run";
      readonly slot: number;
      readonly grant: Grant;
      readonly job: JobOrder;
      readonly from: number;
      readonly to: number;
    }
  /** Stop the run between two electrons; answered by `halted`, unless it ends by itself before. */
  | { readonly type: "halt"; readonly slot: number }
  | { readonly type: "probe"; readonly slot: number; readonly job: JobOrder }
  /** All is said: the link may close and the process end. */
  | { readonly type: "left" };
