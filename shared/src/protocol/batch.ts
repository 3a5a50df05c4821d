/**
 * Batches of messages as bytes: a MessagePack array of `[type, body]`, one `Uint8Array` for each Socket.IO event.
 * It owns the limits of a batch and the check of every body against its schema; it knows no socket.
 */
import type * as z from "zod/mini";
import { GridError, overLimit } from "../errors.js";
import { BATCH_MESSAGES_MAX, MESSAGE_BYTES_MAX } from "../limits.js";
import { type Value, ValueError } from "../value.js";
import { written } from "../value-codec.js";
import { ValueReader } from "../value-reader.js";
import { type Down, down } from "./down.js";
import { type Up, up } from "./up.js";

/** Levels that a batch puts around a value, such as the elements of a grid's axis: they do not count as the value's own. */
const ENVELOPE_DEPTH = 8;
const HEAD_BYTES = 3;
const TYPE_SHOWN_MAX = 40;

type Message = { readonly type: string };
type Schemas = Readonly<Record<string, z.ZodMiniType>>;

/**
 * Encodes messages into one batch.
 *
 * @throws GridError `message_too_large` above MESSAGE_BYTES_MAX or BATCH_MESSAGES_MAX, `bad_message` for what is no value
 */
export function encodeBatch(messages: readonly Message[]): Uint8Array {
  const [batch, more] = splitBatches(messages);
  if (more) throw new GridError("message_too_large", `${messages.length} messages do not fit into one batch.`);
  return batch ?? joined([], 0);
}

/**
 * Encodes messages, in order, into as few batches as keep each below its limits.
 *
 * @throws GridError `message_too_large` for a single message above MESSAGE_BYTES_MAX, `bad_message` for what is no value
 */
export function splitBatches(messages: readonly Message[]): Uint8Array[] {
  const batches: Uint8Array[] = [];
  let parts: Uint8Array[] = [];
  let bytes = HEAD_BYTES;
  for (const message of messages) {
    const part = encoded(message);
    if (bytes + part.length > MESSAGE_BYTES_MAX || parts.length === BATCH_MESSAGES_MAX) {
      batches.push(joined(parts, bytes));
      parts = [];
      bytes = HEAD_BYTES;
    }
    parts.push(part);
    bytes += part.length;
  }
  if (parts.length > 0) batches.push(joined(parts, bytes));
  return batches;
}

/** Reads a batch from a volunteer. @throws GridError `message_too_large` or `bad_message`, whatever the bytes; nothing else */
export function decodeUp(bytes: Uint8Array): Up[] {
  // Each is `{ type, …body }` of the schema that `type` names, which is what `Up` says.
  return decoded(bytes, up) as Up[];
}

/** Reads a batch from a coordinator. @throws GridError `message_too_large` or `bad_message`, whatever the bytes; nothing else */
export function decodeDown(bytes: Uint8Array): Down[] {
  return decoded(bytes, down) as Down[];
}

function encoded(message: Message): Uint8Array {
  const bytes = pairOf(message);
  const max = MESSAGE_BYTES_MAX - HEAD_BYTES;
  if (bytes.length <= max) return bytes;
  const details = { limit: "MESSAGE_BYTES_MAX", max, actual: bytes.length };
  throw overLimit("message_too_large", `The message ${message.type} has ${bytes.length} bytes`, details);
}

function pairOf({ type, ...body }: Message): Uint8Array {
  try {
    // The texts of a message are what an atom threw and the like: better mended than lost. Values travel as bytes of their own.
    return written({ name: type, mends: true }, (writer) => {
      writer.byte(0x92); // an array of two
      writer.write(type);
      writer.write(body, -ENVELOPE_DEPTH);
      return writer.take();
    });
  } catch (cause) {
    if (!(cause instanceof ValueError)) throw cause;
    throw new GridError("bad_message", cause.message, { cause });
  }
}

function joined(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const batch = new Uint8Array(Math.max(bytes, HEAD_BYTES));
  batch.set([0xdc, parts.length >> 8, parts.length & 0xff]); // an array with its length in two bytes
  let at = HEAD_BYTES;
  for (const part of parts) {
    batch.set(part, at);
    at += part.length;
  }
  return batch;
}

function decoded(bytes: Uint8Array, schemas: Schemas): Message[] {
  const actual = bytes.length;
  if (actual > MESSAGE_BYTES_MAX) {
    const limit = "MESSAGE_BYTES_MAX";
    throw overLimit("message_too_large", `The batch has ${actual} bytes`, { limit, max: MESSAGE_BYTES_MAX, actual });
  }
  const batch = read(bytes);
  if (!Array.isArray(batch)) throw new GridError("bad_message", "The batch is no array.");
  if (batch.length > BATCH_MESSAGES_MAX) {
    const details = { limit: "BATCH_MESSAGES_MAX", max: BATCH_MESSAGES_MAX, actual: batch.length };
    throw overLimit("message_too_large", `The batch has ${batch.length} messages`, details);
  }
  return batch.map((entry) => parsed(entry, schemas));
}

function read(bytes: Uint8Array): Value {
  try {
    const reader = new ValueReader(bytes);
    const batch = reader.read(-ENVELOPE_DEPTH);
    if (reader.left > 0) throw new ValueError("more bytes follow it");
    return batch;
  } catch (cause) {
    const reason = cause instanceof ValueError ? cause.reason : "it cannot be read";
    throw new GridError("bad_message", `The batch cannot be decoded: ${reason}.`, { cause });
  }
}

function parsed(entry: Value, schemas: Schemas): Message {
  if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== "string") {
    throw new GridError("bad_message", "A message is no pair of a type and a body.");
  }
  const [type, body] = entry;
  const schema = Object.hasOwn(schemas, type) ? schemas[type] : undefined;
  if (!schema)
    throw new GridError("bad_message", `There is no message ${JSON.stringify(type.slice(0, TYPE_SHOWN_MAX))}.`);
  const result = schema.safeParse(body);
  if (!result.success) throw new GridError("bad_message", faultOf(type, result.error));
  return { ...(result.data as object), type };
}

function faultOf(type: string, error: z.core.$ZodError): string {
  const issue = error.issues[0];
  return `${[type, ...(issue?.path ?? [])].map(String).join(".")}: ${issue?.message ?? "not valid"}`;
}
