/** What a volunteer tells whoever started it: enough for a command line to show what goes on. */
import type { RevocationCode } from "../errors.js";
import type { Failure } from "../protocol/fields.js";
import type { ConductorEvent } from "./conductor.js";

/** In the order in which it happens. What atoms and the coordinator say in it is text of strangers. */
export type VolunteerNews =
  | Exclude<ConductorEvent, { type: "message" }>
  /** A slot begins to work on a lease, electrons `[from, to)`. */
  | {
      readonly type: "lease";
      readonly slot: number;
      readonly job: string;
      readonly atom: string;
      readonly from: number;
      readonly to: number;
      readonly attempt: number;
    }
  /** An electron has failed here and is reported so. */
  | { readonly type: "failure"; readonly lease: number; readonly electron: number; readonly failure: Failure }
  /** This client will not run the atom, and has said so. */
  | { readonly type: "declined"; readonly atom: string; readonly code: string; readonly message: string }
  /** The coordinator has ended a lease before its time. */
  | { readonly type: "revoked"; readonly lease: number; readonly code: RevocationCode; readonly message: string }
  /** A line of an atom. */
  | { readonly type: "log"; readonly slot: number; readonly atom: string; readonly line: string }
  /** How far a running electron is, from 0 to 1. */
  | { readonly type: "progress"; readonly slot: number; readonly atom: string; readonly fraction: number };

/** How a volunteer's stay ended: `stop` was called, or the coordinator refused it for good. */
export type Ending =
  | { readonly reason: "stopped" }
  | { readonly reason: "refused"; readonly code: string; readonly message: string };
