import { expect, test } from "vitest";
import * as z from "zod";
import { json, nothing } from "./answer.js";
import { named } from "./named.js";
import { refusalsOf, route } from "./route.js";

const COUNT = named("Count", z.object({ count: z.int() }), { count: 1 });
const declared = {
  method: "get",
  path: "/counts/{id}",
  name: "count",
  tag: "Grid",
  summary: "Count",
  door: "read",
} as const;
const answers = { 200: json("A count.", COUNT), 204: nothing("Nothing to count.") };

test("what a route answers is of the forms that it declares", () => {
  route({ ...declared, answers, answer: () => ({ status: 200, body: { count: 1 } }) });
  route({
    ...declared,
    answers,
    answer: async ({ id }) => (id === "" ? { status: 204 } : { status: 200, body: { count: 1 } }),
  });
  // @ts-expect-error another form
  route({ ...declared, answers, answer: () => ({ status: 200, body: { count: "1" } }) });
  // @ts-expect-error another status
  route({ ...declared, answers, answer: () => ({ status: 202, body: { count: 1 } }) });
  // @ts-expect-error no body
  route({ ...declared, answers, answer: async () => ({ status: 200 }) });
});

test("what a route is given is of the forms that it asks for", () => {
  const query = z.strictObject({ from: z.string().transform(Number) });
  route({ ...declared, answers, query, answer: (call) => ({ status: 200, body: { count: call.query.from } }) });
  // @ts-expect-error a parameter that is not declared
  route({ ...declared, answers, query, answer: (call) => ({ status: 200, body: { count: call.query.to } }) });
  // @ts-expect-error no body is declared
  route({ ...declared, answers, answer: (call) => ({ status: 200, body: call.body }) });
});

test("its door, path and limits bring refusals with them", () => {
  const open = route({
    ...declared,
    path: "/counts",
    door: "open",
    unlimited: true,
    certain: true,
    answers,
    answer: () => ({ status: 204 }),
  });
  expect(refusalsOf(open)).toEqual(["host_refused"]);
  const write = route({ ...declared, door: "write", answers, answer: () => ({ status: 204 }) });
  const added = [
    "forbidden",
    "internal",
    "invalid_request",
    "not_found",
    "too_many_requests",
    "unauthorized",
    "unsupported",
  ];
  expect(refusalsOf(write).sort()).toEqual([...added, "host_refused"].sort());
});
