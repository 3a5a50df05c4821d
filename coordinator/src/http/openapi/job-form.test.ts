import fc from "fast-check";
import { expect, test } from "vitest";
import { parseJobRequest } from "../../service/job-request.js";
import { check } from "../../testing/witness.js";

const FORM = { $ref: "#/components/schemas/JobRequest" };

function passes(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}
const fits = (json: unknown) => passes(() => check(FORM, json));
const taken = (json: unknown) => passes(() => parseJobRequest(json, 3));

const odd = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom<unknown>(0, 1, -1, "", "x", null, [], {}, [[]]));
/** What is right, and now and then something else. */
function mostly<T>(good: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 30, arbitrary: good }, { weight: 1, arbitrary: odd });
}
function object(fields: Record<string, fc.Arbitrary<unknown>>, requiredKeys: string[] = []): fc.Arbitrary<object> {
  const entries = Object.entries(fields).map(([name, field]) => [name, mostly(field)] as const);
  return fc.record<Record<string, unknown>, string>(Object.fromEntries(entries), { requiredKeys });
}

const number = fc.oneof(fc.integer({ min: -10, max: 10 }), fc.double({ noNaN: true, min: -2, max: 2 }));
const { rule } = fc.letrec((tie) => ({
  rule: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom("sum", "count", "min", "max", "mean", "collect"),
    object({ top: fc.integer({ min: 1, max: 10_001 }), by: fc.constantFrom("a", null) }, ["top"]),
    object({
      histogram: object({ from: number, to: number, bins: fc.integer({ min: 0, max: 9 }) }, ["from", "to", "bins"]),
    }),
    object({ each: tie("rule"), keysMax: fc.integer({ min: 0, max: 100_001 }) }, ["each"]),
    fc.dictionary(fc.constantFrom("a", "b", "c", "each"), mostly(tie("rule")), { maxKeys: 2 }),
  ),
}));
const values = fc.array(odd, { maxLength: 3 });
const input = fc.oneof(
  object({
    range: object({ from: number, to: fc.integer({ min: 11, max: 20 }), chunk: fc.constantFrom("auto", 1) }, [
      "from",
      "to",
    ]),
  }),
  object({ list: fc.oneof(values, object({ upload: fc.constant("u1") }, ["upload"])) }, ["list"]),
  object({
    grid: fc.dictionary(
      fc.constantFrom("x", "y", "0"),
      fc.oneof(values, object({ from: number, to: number, step: number })),
    ),
  }),
);
const policy = object({
  timeoutMs: fc.integer({ min: 0, max: 10 }),
  priority: fc.constantFrom("low", "high"),
  delivery: fc.constantFrom("at-most-once", "at-least-once"),
  backoff: object({ kind: fc.constant("fixed"), baseMs: fc.integer({ min: -1, max: 5 }) }),
  onFailure: fc.oneof(fc.constant("fail"), object({ tolerate: number })),
  deadline: fc.constantFrom<unknown>(null, 1, 0, "2030-01-01T00:00:00Z", "2030-01-01T00:00:00+02:00", "2030-01-01"),
});
const text = fc.constantFrom("a", "atom");
const job = object(
  {
    atom: text,
    input,
    reduce: rule,
    policy,
    name: text,
    params: odd,
    seed: fc.nat(),
    keep: fc.boolean(),
    private: fc.boolean(),
  },
  ["atom", "input"],
);

test("the form of a job refuses nothing that the coordinator takes", () => {
  const found = { taken: 0, refused: 0 };
  const holds = (body: unknown) => {
    const json = JSON.parse(JSON.stringify(body));
    const isTaken = taken(json);
    found[isTaken ? "taken" : "refused"] += 1;
    if (isTaken) check(FORM, json);
  };
  fc.assert(fc.property(job, holds), { numRuns: 2_000 });
  expect(Math.min(found.taken, found.refused)).toBeGreaterThan(50);
});

test.each<[string, object]>([
  ["another field", { inputs: 1 }],
  ["a policy that nobody knows", { policy: { timeout: 1 } }],
  ["a rule that nobody knows", { reduce: "median" }],
  ["a rule without a rule", { reduce: { keysMax: 1 } }],
  ["a rule among fields", { reduce: { each: "sum", a: "sum" } }],
  ["a rule of no fields", { reduce: {} }],
  ["two inputs", { input: { list: [1], range: { from: 0, to: 1 } } }],
  ["an empty list", { input: { list: [] } }],
])("the form of a job refuses %s, as the coordinator does", (_, wrong) => {
  const json = { atom: "a", input: { list: [1] }, ...wrong };
  expect([taken(json), fits(json)]).toEqual([false, false]);
});
