/** Everything the coordinator may say to a volunteer. */
import * as z from "zod/mini";
import { REVOCATIONS, type RevocationCode } from "../errors.js";
import { ATTEMPTS_MAX, LEASE_ELECTRONS_MAX, MESSAGE_BYTES_MAX, SLOTS_MAX } from "../limits.js";
import { inputShape } from "../shape-form.js";
import { atomId, bytes, count, electron, jobId, leaseId, type Messages, whole } from "./fields.js";

const REVOCATION_CODES = Object.keys(REVOCATIONS) as RevocationCode[];
const slot = whole(0, SLOTS_MAX - 1);
const value = z.unknown();

/** Durations, but never a time of day: a volunteer's clock may show anything. */
export const down = {
  /** First message on a link. */
  challenge: z.object({ nonce: bytes(32) }),
  /** The session is known and may be given work. */
  welcome: z.object({}),
  /** The link ends. `retryMs` null: do not come back; else wait that long. */
  refuse: z.object({ code: z.string(), message: z.string(), retryMs: z.nullable(count) }),
  /** Precedes the first grant or probe of a job on a link. */
  job: z.object({
    job: jobId,
    atom: atomId,
    /** Published with the token that this session showed. */
    own: z.boolean(),
    seed: count,
    timeoutMs: z.int().check(z.minimum(1)),
    /** No electron may run again, not even to find out which one killed a worker. */
    once: z.boolean(),
    params: value,
    /** What payloads are computed from; elements of a list travel with their grant instead. */
    shape: inputShape,
  }),
  /** Electrons `[from, to)` for one slot, worked in order, after what the slot already holds. */
  grant: z
    .object({
      lease: leaseId,
      job: jobId,
      slot,
      from: electron,
      to: electron,
      /** Which try this is, from 1; above 1 the lease is one electron. */
      attempt: whole(1, ATTEMPTS_MAX),
      /** Elements of a list, packed by `packEncoded`; null where the shape gives them. */
      payloads: z.nullable(bytes(MESSAGE_BYTES_MAX)),
    })
    .check(
      z.refine((grant) => grant.from < grant.to && grant.to - grant.from <= LEASE_ELECTRONS_MAX, {
        error: `a lease has 1 to ${LEASE_ELECTRONS_MAX} electrons`,
        path: ["to"],
      }),
    ),
  /** The lease ends: at once (`kill`), or after the electron being computed, with a report and a `return`. */
  revoke: z.object({ lease: leaseId, kill: z.boolean(), code: z.enum(REVOCATION_CODES) }),
  /** Everything of the lease before that electron is durable. */
  ack: z.object({ lease: leaseId, reported: electron }),
  /** Time throw-away calls over the first 1, 2, 4, … items of a range on this slot; answer `probed`. */
  probe: z.object({ job: jobId, slot }),
  /** The job has ended: nothing of it is needed any more. */
  forget: z.object({ job: jobId }),
  /** Answer to `goodbye`. */
  bye: z.object({}),
};
/** One message as `{ type, … }`; it is checked as it is decoded, so whoever holds one need not check again. */
export type Down = Messages<typeof down>;
