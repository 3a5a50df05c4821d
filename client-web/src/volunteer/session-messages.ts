/** What a page and the worker in which its volunteer lives say to each other. They trust each other: both are ours. */
import type { Ending } from "@valence/shared/client/news";
import type { Counters, Working } from "@valence/shared/client/tally";
import type { Link } from "./lending.js";

export type ToSession =
  /** First message. */
  ({ readonly type: "begin" } & SessionStart) | { readonly type: "stop"; readonly mode: "finish" | "now" };

export type SessionStart = {
  readonly slots: number;
  /** 128 random bits in hexadecimal. */
  readonly session: string;
  /** Of the page, and so of the coordinator. */
  readonly origin: string;
  /** What runs here, for people. */
  readonly agent: string;
};

export type FromSession =
  /** Make a frame; the message brings its port. */
  | { readonly type: "frame"; readonly frame: number }
  | { readonly type: "unframe"; readonly frame: number }
  | ({ readonly type: "state" } & SessionState)
  /** The session is over; nothing of it runs, nothing more is said. */
  | { readonly type: "ended"; readonly ending: Ending }
  /** This computer slept: whatever is held was given to others meanwhile. */
  | { readonly type: "slept" };

export type SessionState = {
  readonly link: Link;
  readonly counters: Counters;
  readonly working: readonly Working[];
  readonly notice: string | null;
};
