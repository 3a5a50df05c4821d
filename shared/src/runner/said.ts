/**
 * What a worker says to its host, the same from a thread and from a tab's frame. The host parses all of it: a worker
 * runs a stranger's code, which may post whatever it likes.
 */
import * as z from "zod/mini";
import { ASKED_MS_MAX, ERROR_BYTES_MAX, LOG_LINE_BYTES_MAX, RESULT_BYTES_MAX } from "../limits.js";
import { count, failure, part, text } from "../protocol/fields.js";

/** A runner posts at a MiB, so a part is that and one result more: with what a report holds already it stays one message. */
const PART_BYTES_MAX = 1024 * 1024 + RESULT_BYTES_MAX;

const smallPart = z
  .strictObject(part.shape)
  .check(z.refine(({ values }) => values.length <= PART_BYTES_MAX, `more than ${PART_BYTES_MAX} bytes of results`));
const strictFailure = z.strictObject(failure.shape);

/** One message of a worker; `part`, `failed`, `halted`, `opened` and `probed` are a `WorkerEvent` without its slot. */
export const said = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("opened") }),
  /** The atom's module threw, or is no atom. */
  z.strictObject({ type: z.literal("unopened"), failure: strictFailure }),
  z.strictObject({ type: z.literal("part"), part: smallPart }),
  z.strictObject({ type: z.literal("failed"), failure: strictFailure }),
  z.strictObject({ type: z.literal("halted") }),
  /** Something was thrown outside of any electron: the worker is not to be trusted any more. */
  z.strictObject({ type: z.literal("died"), message: text(ERROR_BYTES_MAX) }),
  z.strictObject({
    type: z.literal("probed"),
    items: count,
    elapsedMs: z.number().check(z.minimum(0), z.maximum(ASKED_MS_MAX)),
  }),
  /** A line for the job's owner. */
  z.strictObject({ type: z.literal("log"), line: text(LOG_LINE_BYTES_MAX) }),
  /** How far the running electron is, from 0 to 1. */
  z.strictObject({ type: z.literal("progress"), fraction: z.number().check(z.minimum(0), z.maximum(1)) }),
]);
/** One message of a worker. */
export type Said = z.infer<typeof said>;
