/** `POST /jobs`: a body that nobody has checked becomes a spec, or a `GridError` that says what to do. */
import { randomInt } from "node:crypto";
import { type ErrorDetails, GridError, overLimit } from "@valence/shared/errors";
import { type Input, parseInput, totalItems } from "@valence/shared/input";
import { checkTogether, jobRequest } from "@valence/shared/job-request";
import { PARAMS_BYTES_MAX, PAYLOAD_BYTES_MAX } from "@valence/shared/limits";
import { isPlainObject } from "@valence/shared/payload-schema";
import { DEADLINE_MS_MAX, POLICY_NOT_BUILT, type Policy, policy } from "@valence/shared/policy";
import { type ReduceRule, reduceRule } from "@valence/shared/reduce-rule";
import { electronsOf, type FormulaShape, payloadOf } from "@valence/shared/shape";
import type { Axis } from "@valence/shared/shape-form";
import type { Value } from "@valence/shared/value";
import { encodeValue } from "@valence/shared/value-codec";
import { fromJson, type Json } from "@valence/shared/value-json";
import * as z from "zod";
import type { PayloadCheck } from "../atoms/check-payload.js";
import type { JobInput, JobSpec } from "../core/job-spec.js";
import { ruleOverLimit } from "./rule-excess.js";

/** What has codes of its own is checked by itself. */
const body = jobRequest.extend({
  input: z.unknown(),
  reduce: z.unknown().optional(),
  policy: z.unknown().optional(),
});

/** Fields that the design names and this version does not know yet: refused, never ignored. */
const NOT_BUILT = ["shared", "key", "notBefore", "combine"];

export type JobRequest = Omit<JobSpec, "id" | "createdAt" | "owner" | "atom" | "atomOwner" | "deadlineAt"> & {
  /** A name or a full id. */
  readonly atom: string;
  /** The encoded elements of a list that came with the request. */
  readonly elements: readonly Uint8Array[] | null;
  /** The payloads at hand that a schema must accept: all of such a list, the first and the last of a formula. */
  readonly payloads: readonly unknown[];
};

/** The upload that a request computes on, if it names one; what is wrong with the rest, `parseJobRequest` says. */
export function uploadIn(json: unknown): string | null {
  const input = isPlainObject(json) ? json.input : null;
  if (!isPlainObject(input) || !isPlainObject(input.list)) return null;
  const parsed = parseInput(input);
  return parsed.kind === "upload" ? parsed.upload : null;
}

/**
 * Throws the code of the first thing that is wrong; numbers without a seed of their own get one.
 *
 * @param uploaded how many items the upload has that `uploadIn` found
 */
export function parseJobRequest(json: unknown, uploaded = 0): JobRequest {
  refuseNotBuilt(json, NOT_BUILT, "");
  const fields = checked(body, json, "");
  const input = valuesOf(parseInput(fields.input));
  const reduce = fields.reduce === undefined || fields.reduce === null ? null : ruleOf(fields.reduce);
  const total = totalItems(input) ?? uploaded;
  refuseNotBuilt(fields.policy, POLICY_NOT_BUILT, "policy.");
  const rules = checked(policy, fields.policy ?? {}, "policy");
  checkTogether({ input, total, reduce, policy: rules });
  const elements =
    input.kind === "list" ? input.values.map((value, i) => encodedPayload(value, `input.list[${i}]`)) : null;
  if (input.kind === "grid") checkCells(input.axes);
  return {
    name: fields.name ?? null,
    atom: fields.atom,
    input: jobInput(input, total),
    reduce,
    keep: reduce === null || fields.keep === true,
    private: fields.private === true,
    policy: rules,
    params: parseParams(fields.params),
    seed: fields.seed ?? randomInt(2 ** 47),
    elements,
    payloads: samplePayloads(input, total),
  };
}

/** When a job that is submitted at `createdAt` must have ended, in wall-clock milliseconds. Throws `invalid_request` for a time that is past, or too far away. */
export function deadlineAtOf({ deadline }: Policy, createdAt: number): number | null {
  if (deadline === null) return null;
  const at = typeof deadline === "number" ? createdAt + deadline : Date.parse(deadline);
  if (at > createdAt && at <= createdAt + DEADLINE_MS_MAX) return at;
  const when = at <= createdAt ? "has passed" : `is more than ${DEADLINE_MS_MAX} ms away (DEADLINE_MS_MAX)`;
  throw new GridError("invalid_request", `policy.deadline: ${deadline} ${when}.`);
}

/** Holds every payload at hand against the atom's schema. */
export function checkPayloads(request: JobRequest, check: PayloadCheck): void {
  const { input, payloads } = request;
  for (const [i, payload] of payloads.entries()) {
    const fault = check(payload);
    if (fault === null) continue;
    const ofFormula = i === 0 ? "the first payload" : "the last payload";
    throw payloadInvalid(input.kind === "list" ? `input.list[${i}]` : ofFormula, fault);
  }
}

export function payloadInvalid(which: string, fault: string, details: ErrorDetails = {}): GridError {
  return new GridError("payload_invalid", `${which} does not fit the atom's schema: ${fault}`, { details });
}

function ruleOf(json: unknown): ReduceRule {
  const { success, data } = reduceRule.safeParse(json);
  if (success) return data;
  throw ruleOverLimit(json) ?? checked(reduceRule, json, "reduce"); // which throws the schema's own sentence
}

function jobInput(input: Input, total: number): JobInput {
  if (input.kind === "list") return { kind: "list", total };
  if (input.kind === "upload") return { kind: "list", total, upload: input.upload };
  if (input.kind === "grid") return { kind: "grid", axes: input.axes, total };
  return { kind: "range", from: input.from, total, chunk: input.chunk === "auto" ? null : input.chunk };
}

function samplePayloads(input: Input, total: number): readonly unknown[] {
  if (input.kind === "list") return input.values;
  if (input.kind === "upload") return [];
  const chunk = input.kind === "range" && input.chunk !== "auto" ? input.chunk : 1;
  const shape: FormulaShape =
    input.kind === "range"
      ? { kind: "range", from: input.from, chunk, total }
      : { kind: "grid", axes: [...input.axes] };
  return [payloadOf(shape, 0), payloadOf(shape, electronsOf(total, chunk) - 1)];
}

/** Elements of lists and of axes are written in the JSON form of values. */
function valuesOf(input: Input): Input {
  if (input.kind === "list")
    return { kind: "list", values: input.values.map((value, i) => decodedValue(value, `input.list[${i}]`)) };
  if (input.kind !== "grid") return input;
  const axes = input.axes.map(({ name, axis }) => ({
    name,
    axis: Array.isArray(axis) ? axis.map((value, i) => decodedValue(value, `input.grid.${name}[${i}]`)) : axis,
  }));
  return { kind: "grid", axes };
}

function decodedValue(json: unknown, path: string): Value {
  try {
    return fromJson(json as Json);
  } catch (cause) {
    throw new GridError("value_invalid", `${path}: ${cause instanceof Error ? cause.message : "not a value"}`, {
      cause,
    });
  }
}

function encodedPayload(value: unknown, path: string): Uint8Array {
  const encoded = encodeValue(value, { name: path });
  if (encoded.length <= PAYLOAD_BYTES_MAX) return encoded;
  const details = { limit: "PAYLOAD_BYTES_MAX", max: PAYLOAD_BYTES_MAX, actual: encoded.length };
  throw overLimit("payload_too_large", `${path} has ${encoded.length} bytes`, details);
}

/** The largest cell of a grid: the largest value of each axis. */
function checkCells(axes: readonly Axis[]): void {
  let actual = 1;
  for (const { name, axis } of axes) {
    const sizes = Array.isArray(axis) ? axis.map((value) => encodeValue(value).length) : [9];
    actual += encodeValue(name).length + sizes.reduce((a, b) => Math.max(a, b), 0);
  }
  if (actual <= PAYLOAD_BYTES_MAX) return;
  const details = { limit: "PAYLOAD_BYTES_MAX", max: PAYLOAD_BYTES_MAX, actual };
  throw overLimit("payload_too_large", `a cell of input.grid has ${actual} bytes`, details);
}

function parseParams(json: unknown): Value {
  const params = json === undefined ? null : decodedValue(json, "params");
  const actual = encodeValue(params, { name: "params" }).length;
  if (actual <= PARAMS_BYTES_MAX) return params;
  throw overLimit("params_too_large", `params have ${actual} bytes`, {
    limit: "PARAMS_BYTES_MAX",
    max: PARAMS_BYTES_MAX,
    actual,
  });
}

function refuseNotBuilt(json: unknown, names: readonly string[], path: string): void {
  if (typeof json !== "object" || json === null) return;
  const found = names.find((name) => Object.hasOwn(json, name));
  if (found !== undefined) throw new GridError("unsupported", `${path}${found} is not supported yet; leave it out.`);
}

function checked<S extends z.ZodType>(schema: S, json: unknown, path: string): z.output<S> {
  const { success, data, error } = schema.safeParse(json);
  if (success) return data;
  const issue = error.issues[0];
  const at = [path, ...(issue?.path ?? [])].filter((step) => step !== "").join(".");
  throw new GridError("invalid_request", `${at === "" ? "the body" : at}: ${issue?.message ?? "invalid"}.`);
}
