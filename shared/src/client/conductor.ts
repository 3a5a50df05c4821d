/** Where a volunteer's leases come from and its reports go to: the port between the volunteer and a link. */
import type { Down } from "../protocol/down.js";
import type { Up } from "../protocol/up.js";

/** What is heard of a link. `disconnected` and `refused` may come any number of times, `message` only after `connected`. All times are milliseconds. */
export type ConductorEvent =
  /** The coordinator knows who we are. */
  | { readonly type: "connected" }
  /** The link is down; it comes back by itself. Said of each try that fails, too. */
  | { readonly type: "disconnected"; readonly reason: string; readonly retryMs: number }
  /** The coordinator does not want us: for that long, or for good when `retryMs` is null. */
  | { readonly type: "refused"; readonly code: string; readonly message: string; readonly retryMs: number | null }
  | { readonly type: "message"; readonly message: Down };

/** One link to one coordinator, which comes back by itself until it is closed. Nothing here throws: what goes wrong is an event. */
export interface Conductor {
  /** Begins to connect, and keeps at it. Called once. */
  open(onEvent: (event: ConductorEvent) => void): void;
  /** Sends messages in order while the link is up; drops them otherwise, for the volunteer repeats what matters. */
  send(messages: readonly Up[]): void;
  /** Ends the link after what was sent; nothing is heard of it any more. */
  close(): void;
}
