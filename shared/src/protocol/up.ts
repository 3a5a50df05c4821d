/** Everything a volunteer may say to the coordinator. Any of it may be lost, late or repeated. */
import * as z from "zod/mini";
import {
  ASKED_MS_MAX,
  LEASE_ELECTRONS_MAX,
  NAME_LENGTH_MAX,
  SENTENCE_BYTES_MAX,
  SLOTS_MAX,
  TOKEN_LENGTH_MAX,
} from "../limits.js";
import {
  atomId,
  bytes,
  electron,
  failure,
  jobId,
  leaseId,
  type Messages,
  part,
  sessionId,
  text,
  whole,
} from "./fields.js";

/** A schema for each message by its `type`; docs/PROTOCOL.md has them all, and a test pins their shapes. */
export const up = {
  /** First message on a link, in answer to `challenge`. The answer is `welcome` or `refuse`. */
  hello: z.object({
    session: sessionId,
    /** Ed25519 public key. */
    identity: bytes(32),
    /** Of `helloBytes(nonce, session)` by that key. */
    signature: bytes(64),
    slots: whole(1, SLOTS_MAX),
    /** What runs here, for people: `node 20.20 linux`, `Firefox 153`. */
    agent: text(NAME_LENGTH_MAX),
    /** A token of the operator, which makes atoms published with it the client's own. */
    token: z.nullable(text(TOKEN_LENGTH_MAX)),
  }),
  /**
   * The leases this session still works on; sent after `hello` and after the reports that a broken link may have lost.
   * What the coordinator counts as leased beyond them goes back; what it does not know of them it revokes.
   */
  holding: z.object({ leases: z.array(leaseId).check(z.maxLength(2 * SLOTS_MAX)) }),
  /** The slot begins to work on the lease: its clock starts anew. */
  start: z.object({ lease: leaseId }),
  /**
   * Outcomes of neighbouring electrons from `first` on: those in `parts` are done; `failure`, if any, ended the one
   * after them and the lease with it.
   */
  report: z.object({
    lease: leaseId,
    first: electron,
    parts: z.array(part).check(z.maxLength(LEASE_ELECTRONS_MAX)),
    failure: z.nullable(failure),
  }),
  /** What is not reported of the lease goes back, charged to nobody. */
  return: z.object({ lease: leaseId }),
  /** This session will not or cannot run the atom: no more of it, and what is leased of it goes back. */
  decline: z.object({ atom: atomId, code: text(64), message: text(SENTENCE_BYTES_MAX) }),
  /** A throw-away call over the first `items` items took that long; zero items: none succeeded. */
  probed: z.object({ job: jobId, items: electron, elapsedMs: z.number().check(z.minimum(0), z.maximum(ASKED_MS_MAX)) }),
  /** The session ends and all its leases go back. Answered by `bye` once everything reported is durable. */
  goodbye: z.object({}),
};
/** One message as `{ type, … }`; it is checked as it is decoded, so whoever holds one need not check again. */
export type Up = Messages<typeof up>;
