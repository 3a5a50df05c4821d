/** Checks what a request carries against a schema, and the schemas of queries that several routes share. */
import { GridError } from "@valence/shared/errors";
import * as z from "zod";

/** Items of one page. */
const PAGE_ITEMS_MAX = 200;
const PAGE_ITEMS_DEFAULT = 50;
/** Letters of a cursor, of which ours have some 30. */
export const CURSOR_LENGTH_MAX = 256;

/** @throws GridError `invalid_request` that names the first field at fault. */
export function parsed<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const outcome = schema.safeParse(value);
  if (outcome.success) return outcome.data;
  const issue = outcome.error.issues[0];
  const field = issue?.path.join(".") ?? "";
  const whole = what.startsWith("header ") ? what : `${what}s`;
  const where = field === "" ? `The ${whole}` : `The ${what} "${field}"`;
  const details = field === "" ? {} : { field };
  throw new GridError("invalid_request", `${where} cannot be used: ${issue?.message ?? "invalid"}.`, { details });
}

/** A whole number as a query writes it. */
export function whole(min: number, max: number) {
  const digits = z.string().regex(/^\d{1,16}$/, "not a whole number");
  return digits.transform(Number).pipe(z.int().min(min, `below ${min}`).max(max, `above ${max}`));
}

export const cursor = z.string().min(1).max(CURSOR_LENGTH_MAX);
export const before = cursor.optional().describe("The `next` of the page that came before.");
export const limit = whole(1, PAGE_ITEMS_MAX).default(PAGE_ITEMS_DEFAULT).describe("So many items at most.");
