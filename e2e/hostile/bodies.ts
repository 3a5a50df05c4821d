/** Bodies of requests, made of the description of the interface: what fits it and is about nothing, and what fits nothing. */
import { gzipSync } from "node:zlib";
import { description } from "@valence/coordinator/testing/description";
import { BODY_BYTES_MAX } from "@valence/shared/limits";
import fc from "fast-check";
import { arbitraryOf, broken, DEEP, type Schema } from "./arbitrary.js";

export type Ask = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string | null;
};

const JSON_TYPE = "application/json";
const LINES_TYPE = "application/x-ndjson";
const definitions = description().components.schemas as Readonly<Record<string, Schema>>;

const line = fc.oneof(
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.string({ minLength: 1 }),
);
const lines = fc.array(line, { minLength: 1, maxLength: 5 }).map((each) => each.join("\n"));

/** The request with each kind of body that it may have; none for one that takes no body. */
export function bodied(ask: Ask, described: Schema | undefined): fc.Arbitrary<Ask>[] {
  const { content = {} } = (described ?? {}) as { content?: Record<string, { schema: Schema }> };
  for (const [type, { schema }] of Object.entries(content)) {
    const sent = (body: NonNullable<Ask["body"]>, more = {}) => ({
      ...ask,
      headers: { ...ask.headers, "Content-Type": type, ...more },
      body,
    });
    const wrongType = fc
      .constantFrom("", "text/html", `${type}; charset=utf-16`, "multipart/form-data; boundary=x")
      .map((other) => sent("{}", { "Content-Type": other }));
    const oversize = fc.constant(sent(new Uint8Array(BODY_BYTES_MAX + 1)));
    if (type === JSON_TYPE)
      return [
        wrongType,
        oversize,
        ...jsonOf(schema).map((json) => json.map((text) => sent(text))),
        keyed(schema, sent),
      ];
    if (type === LINES_TYPE) return [wrongType, ...brokenLines(sent)];
    return [wrongType, oversize, lines.map((text) => sent(text))]; // no line is an atom
  }
  return [];
}

function jsonOf(schema: Schema): fc.Arbitrary<string>[] {
  const fits = arbitraryOf(schema, definitions);
  const whole = fc.oneof(fits, broken(fits)).map((value) => JSON.stringify(value) ?? "undefined");
  const cut = fits.map((value) => `${JSON.stringify(value)}`.slice(0, -1));
  const odd = fc.constantFrom(DEEP, '{"__proto__":{"atom":"x"}}', `{"atom":${DEEP}}`, "\ufeff{}", "nul");
  return [whole, whole, cut, odd];
}

type Sent = (body: string | Uint8Array, more?: Readonly<Record<string, string>>) => Ask;

/** With a key, which a request that is refused leaves unused. */
function keyed(schema: Schema, sent: Sent): fc.Arbitrary<Ask> {
  const key = fc.stringMatching(/^[ -~]{0,300}$/);
  return fc
    .tuple(arbitraryOf(schema, definitions), key)
    .map(([value, words]) => sent(JSON.stringify(value) ?? "", { "Idempotency-Key": words }));
}

/** An upload whose last line, or whose gzip, is cut. */
function brokenLines(sent: Sent): fc.Arbitrary<Ask>[] {
  const gzip = { "Content-Encoding": "gzip" };
  const noGzip = fc.uint8Array({ minLength: 1, maxLength: 99 }).map((bytes) => sent(bytes, gzip));
  const half = lines.map((text) => sent(gzipSync(text).subarray(0, -9), gzip));
  return [noGzip, half, lines.map((text) => sent(`${text}\n{`))];
}
