/** Refusals as a description has them: a response for each status, with the codes that it may have and what to do about each. */
import { ERRORS, type ErrorCode } from "@valence/shared/errors";
import { REMEDIES } from "@valence/shared/remedies";
import { PROBLEM, PROBLEM_TYPE, problemOf } from "../problem.js";
import type { Schema, Schemas } from "./schemas.js";

/** Sets of codes that are no larger have a name, since many operations share them. */
const NAMED_CODES_MAX = 3;

export class Refusals {
  readonly #schemas: Schemas;
  readonly #named = new Map<string, Schema>();

  constructor(schemas: Schemas) {
    this.#schemas = schemas;
  }

  /** By status: a response, or a reference to one that `all` has. */
  byStatus(codes: readonly ErrorCode[]): Record<string, Schema> {
    const known = Object.keys(ERRORS).filter((code): code is ErrorCode => codes.some((each) => each === code));
    const statuses = new Set(known.map((code) => ERRORS[code].status));
    return Object.fromEntries(
      [...statuses].map((status) => {
        const ofStatus = known.filter((code) => ERRORS[code].status === status);
        return [status, this.#response(status, ofStatus)];
      }),
    );
  }

  all(): Record<string, Schema> {
    return Object.fromEntries(this.#named);
  }

  #response(status: number, codes: readonly ErrorCode[]): Schema {
    const response = refusalOf(status, { codes, schemas: this.#schemas });
    if (codes.length > NAMED_CODES_MAX) return response;
    const name = codes.join(".");
    this.#named.set(name, response);
    return { $ref: `#/components/responses/${name}` };
  }
}

type Same = { readonly codes: readonly ErrorCode[]; readonly schemas: Schemas };

function refusalOf(status: number, { codes, schemas }: Same): Schema {
  const properties = { status: { const: status }, code: { enum: codes } };
  const schema = {
    allOf: [schemas.refer(PROBLEM, "output"), { type: "object", required: ["status", "code"], properties }],
  };
  const examples = Object.fromEntries(codes.map((code) => [code, { value: problemOf(code, REMEDIES[code]) }]));
  const headers = headersOf(status);
  return {
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].title}. ${REMEDIES[code]}`).join("\n\n"),
    ...(headers && { headers }),
    content: { [PROBLEM_TYPE]: { schema, examples } },
  };
}

function headersOf(status: number): Schema | null {
  const header = (description: string, example: string) => ({
    description,
    required: true,
    schema: { type: "string", examples: [example] },
  });
  if (status === 401) return { "WWW-Authenticate": header("How to sign in.", 'Bearer realm="valence"') };
  if (status === 429 || status === 503)
    return { "Retry-After": header("After so many seconds it may go through.", "1") };
  return null;
}
