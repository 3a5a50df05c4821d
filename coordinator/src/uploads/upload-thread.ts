/**
 * A thread that reads what was uploaded: lines into pages, and elements against an atom's schema. Both take about a
 * microsecond an element, and ten million of them must not hold up the coordinator's own loop. One answer a question, in their order.
 */
import { parentPort } from "node:worker_threads";
import { type ErrorCode, type ErrorDetails, GridError } from "@valence/shared/errors";
import type { JsonSchema } from "@valence/shared/payload-schema";
import { ValueReader } from "@valence/shared/value-reader";
import { payloadChecker } from "../atoms/check-payload.js";
import type { UploadPage } from "../core/writes.js";
import { PageMaker, type UploadLimits } from "./page-maker.js";

/** Encoded elements, one after the other, and what must hold for each. */
export type Check = { readonly schema: JsonSchema; readonly elements: Uint8Array; readonly count: number };
/** The first element that does not fit: its number among those that were asked about, and what is wrong with it. */
export type Misfit = { readonly index: number; readonly fault: string };

/** Uploads are told apart by numbers of the asker's. */
export type Question =
  | { readonly type: "begin"; readonly upload: number; readonly limits: UploadLimits }
  /** The answer brings the chunk's buffer back, to be used again. */
  | { readonly type: "add"; readonly upload: number; readonly chunk: Uint8Array<ArrayBuffer> }
  | { readonly type: "end"; readonly upload: number }
  | { readonly type: "drop"; readonly upload: number }
  | ({ readonly type: "check" } & Check);

/** The answer to a chunk. */
export type Added = { readonly pages: UploadPage[]; readonly buffer: ArrayBuffer };

/** An error crosses as plain fields. */
export type Answer =
  | { readonly type: "value"; readonly value: unknown }
  | { readonly type: "refused"; readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails };

const makers = new Map<number, PageMaker>();

function answerTo(question: Question): unknown {
  if (question.type === "check") return misfitIn(question);
  const { upload } = question;
  if (question.type === "begin") makers.set(upload, new PageMaker(question.limits));
  if (question.type === "add") {
    return { pages: makers.get(upload)?.add(question.chunk), buffer: question.chunk.buffer };
  }
  if (question.type === "end") return makers.get(upload)?.end();
  if (question.type === "drop") makers.delete(upload);
  return undefined;
}

function misfitIn({ schema, elements, count }: Check): Misfit | null {
  const check = payloadChecker(schema);
  const reader = new ValueReader(elements);
  for (let index = 0; index < count; index++) {
    const fault = check(reader.read());
    if (fault !== null) return { index, fault };
  }
  return null;
}

/** Anything but a `GridError` is a bug: thrown on, it ends the thread, and the reader reports it as `internal`. */
function answered(question: Question): Answer {
  try {
    return { type: "value", value: answerTo(question) };
  } catch (error) {
    if (!(error instanceof GridError)) throw error;
    return { type: "refused", code: error.code, message: error.message, details: error.details ?? {} };
  }
}

/** Pages, and the buffer of a chunk, are handed over and not copied. */
function handedOver(answer: Answer): ArrayBuffer[] {
  const value = answer.type === "value" ? (answer.value as Partial<Added> | null | undefined) : null;
  const pages = value?.pages?.flatMap(({ elements, sizes }) => [elements.buffer, sizes.buffer]) ?? [];
  return [...pages, ...(value?.buffer ? [value.buffer] : [])] as ArrayBuffer[];
}

parentPort?.on("message", (question: Question) => {
  const answer = answered(question);
  parentPort?.postMessage(answer, handedOver(answer));
});
