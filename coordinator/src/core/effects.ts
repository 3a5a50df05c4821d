/** What the core wants done, in order. The shell performs it and decides nothing. */
import type { Down } from "@valence/shared/protocol/down";
import type { Write } from "./writes.js";

/** A grant as the core knows it: elements of a list are added where it is sent, for the core holds no payloads. */
export type Outgoing = Exclude<Down, { type: "grant" }> | Omit<Extract<Down, { type: "grant" }>, "payloads">;

export type Effect =
  | { readonly type: "send"; readonly session: string; readonly message: Outgoing }
  /** The session is over: its link, if it still has one, has nothing more to say. */
  | { readonly type: "close"; readonly session: string }
  /** All writes of one step, one transaction. Answered by `committed(id)`, in the order of the ids. */
  | { readonly type: "commit"; readonly id: number; readonly writes: readonly Write[] };
