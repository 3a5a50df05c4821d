/** What the compiler makes of programs: each of these lines is compiled, and none of them is run. */
import type { Histogram, Mean } from "@valence/shared/aggregate";
import { defineAtom } from "@valence/shared/atom";
import type { JsonSchema } from "@valence/shared/payload-schema";
import type { ReduceRule } from "@valence/shared/reduce-rule";
import type { Value } from "@valence/shared/value";
import type { Json } from "@valence/shared/value-json";
import { expect, expectTypeOf, test } from "vitest";
import type { JobError, ProblemError } from "./errors.js";
import type { Grid } from "./grid.js";
import type { Job, Properties } from "./job.js";
import type { PublishedAtom } from "./published-atom.js";

declare const grid: Grid;

interface Piece {
  from: number;
  to: number;
}
interface Point {
  x: number;
  label: "a" | "b";
  weight?: number;
}
interface Fit {
  fit: number;
  name: string;
  moments: { n: number; sum: number; sumSquares: number };
  words: [string, number][];
}
const pieces = defineAtom<Piece, number>({ name: "pieces", process: ({ from, to }) => to - from });
const points = defineAtom<Point, Fit>({
  name: "points",
  process: ({ x, label }) => ({
    fit: x,
    name: label,
    moments: { n: 1, sum: x, sumSquares: x * x },
    words: [[label, 1]],
  }),
});
declare const published: { pieces: PublishedAtom<Piece, number>; points: PublishedAtom<Point, Fit> };
const range = { range: { from: 0, to: 10 } };
const list = [{ x: 1, label: "a" as const }];

/** Nothing in it is run. */
function compiled(_: () => unknown): void {}

test("publishing gives a handle with the types of the atom", () => {
  compiled(async () => {
    expectTypeOf(await grid.publish(pieces)).toEqualTypeOf<PublishedAtom<Piece, number>>();
    expectTypeOf(await grid.publishFile<typeof points>("points.ts")).toEqualTypeOf<PublishedAtom<Point, Fit>>();
    expectTypeOf(await grid.publish("export default {};")).toEqualTypeOf<PublishedAtom<unknown, unknown>>();
    expectTypeOf(await grid.publishFile("points.ts")).toEqualTypeOf<PublishedAtom<unknown, unknown>>();
    // @ts-expect-error no atom
    await grid.publish({ name: "nothing" });
  });
  expect(pieces.name).toBe("pieces");
});

test("an input must hold payloads that the atom takes", () => {
  compiled(async () => {
    const { pieces: atom } = published;
    grid.submit({ atom, input: range });
    grid.submit({ atom, input: { list: [{ from: 0, to: 1 }] } });
    grid.submit({ atom: published.points, input: { list } });
    grid.submit({ atom: published.points, input: { grid: { x: { from: 0, to: 1, step: 0.1 }, label: ["a", "b"] } } });
    grid.submit({ atom: published.points, input: { grid: { x: [1], label: ["a"], weight: [0.5] } } });
    grid.submit({ atom, input: { list: { upload: "u1" } } });
    grid.submit({ atom, input: { list: { upload: await grid.upload([{ from: 0, to: 1 }]) } } });
    // @ts-expect-error a number is no piece
    grid.submit({ atom, input: { list: [1] } });
    // @ts-expect-error a point has no from and to
    grid.submit({ atom: published.points, input: range });
    // @ts-expect-error another label
    grid.submit({ atom: published.points, input: { list: [{ x: 1, label: "c" }] } });
    // @ts-expect-error an axis is missing
    grid.submit({ atom: published.points, input: { grid: { x: [1] } } });
    // @ts-expect-error an axis that is no field
    grid.submit({ atom: published.points, input: { grid: { x: [1], label: ["a"], y: [1] } } });
    // @ts-expect-error an axis of labels cannot be counted through
    grid.submit({ atom: published.points, input: { grid: { x: [1], label: { from: 0, to: 1, step: 1 } } } });
    // @ts-expect-error an upload of something else
    grid.submit({ atom, input: { list: { upload: await grid.upload(["a"]) } } });
    // @ts-expect-error no input at all
    grid.submit({ atom });
  });
});

test("a rule must fold what the atom returns", () => {
  compiled(() => {
    const { pieces: atom } = published;
    grid.submit({ atom, input: range, reduce: { top: 3 } });
    grid.submit({ atom, input: range, reduce: { histogram: { from: 0, to: 1, bins: 4 } } });
    // @ts-expect-error a number has no fields
    grid.submit({ atom, input: range, reduce: { fit: "sum" } });
    // @ts-expect-error a number has no pairs
    grid.submit({ atom, input: range, reduce: { each: "sum" } });
    // @ts-expect-error a fit is no number
    grid.submit({ atom: published.points, input: { list }, reduce: "sum" });
    // @ts-expect-error a name is no number
    grid.submit({ atom: published.points, input: { list }, reduce: { name: "max" } });
    // @ts-expect-error no such field
    grid.submit({ atom: published.points, input: { list }, reduce: { best: "max" } });
    // @ts-expect-error by a field that is no number
    grid.submit({ atom: published.points, input: { list }, reduce: { top: 3, by: "name" } });
    // @ts-expect-error no such rule
    grid.submit({ atom: published.points, input: { list }, reduce: "median" });
  });
});

test("the answer follows from the rule", () => {
  compiled(async () => {
    const { pieces: atom } = published;
    for (const reduce of ["sum", "count", "min", "max"] as const) {
      expectTypeOf(await (await grid.submit({ atom, input: range, reduce })).result()).toEqualTypeOf<number>();
    }
    const submitted = (await import("./connect.js")).connect();
    const mean = await submitted.submit({ atom, input: range, reduce: "mean" });
    expectTypeOf(await mean.result()).toEqualTypeOf<Mean>();
    const histogram = await grid.submit({ atom, input: range, reduce: { histogram: { from: 0, to: 1, bins: 4 } } });
    expectTypeOf(await histogram.result()).toEqualTypeOf<Histogram>();
    const collect = await grid.submit({ atom, input: range, reduce: "collect" });
    expectTypeOf(await collect.result()).toEqualTypeOf<number[]>();
    const best = await grid.submit({ atom: published.points, input: { list }, reduce: { top: 3, by: "fit" } });
    expectTypeOf(await best.result()).toEqualTypeOf<Fit[]>();
    const none = await grid.submit({ atom, input: range });
    expectTypeOf(await none.result()).toBeNull();
  });
});

test("rules of fields and of keys give objects, as deep as they go", () => {
  compiled(async () => {
    const fields = await grid.submit({
      atom: published.points,
      input: { list },
      reduce: {
        fit: { histogram: { from: 0, to: 1, bins: 2 } },
        moments: "mean",
        words: { each: "sum" },
        name: "collect",
      },
    });
    expectTypeOf(await fields.result()).toEqualTypeOf<{
      fit: Histogram;
      moments: Mean;
      words: Record<string, number>;
      name: string[];
    }>();
    const words = await grid.publish(defineAtom<string, [string, { n: number }][]>({ name: "w", process: () => [] }));
    const each = await grid.submit({ atom: words, input: { list: ["a"] }, reduce: { each: { n: "sum" } } });
    expectTypeOf(await each.result()).toEqualTypeOf<Record<string, { n: number }>>();
    const top = await grid.submit({ atom: words, input: { list: ["a"] }, reduce: { each: { top: 1, by: "n" } } });
    expectTypeOf(await top.result()).toEqualTypeOf<Record<string, { n: number }[]>>();
  });
});

test("results are what the atom returns, and nothing is null", () => {
  compiled(async () => {
    const job = await grid.submit({ atom: published.points, input: { list } });
    expectTypeOf(job).toEqualTypeOf<Job<null, Fit>>();
    for await (const properties of job.results({ follow: true })) {
      expectTypeOf(properties).toEqualTypeOf<Properties<Fit>>();
      expectTypeOf(properties.result.fit).toEqualTypeOf<number>();
    }
    const silent = await grid.publish(defineAtom<number, void>({ name: "silent", process: () => {} }));
    for await (const { result } of (await grid.submit({ atom: silent, input: { list: [1] } })).results()) {
      expectTypeOf(result).toBeNull();
    }
    const later = await grid.publish(defineAtom({ name: "later", process: async (n: number) => [n] }));
    expectTypeOf(await grid.submit({ atom: later, input: { list: [1] } })).toEqualTypeOf<Job<null, number[]>>();
  });
});

test("what is in the JSON form of values is typed as JSON, and an atom's schema as one", () => {
  compiled(async () => {
    const job = grid.job("j1");
    expectTypeOf((await job.view()).result).toEqualTypeOf<Json>();
    for await (const { payload } of job.deadLetters()) expectTypeOf(payload).toEqualTypeOf<Json>();
    for await (const { result } of job.resultViews()) expectTypeOf(result).toEqualTypeOf<Json>();
    for await (const { payload } of grid.atoms()) expectTypeOf(payload).toEqualTypeOf<JsonSchema | null>();
  });
});

test("codes are known by name, and newer ones are no error", () => {
  compiled(() => {
    const codeOf = (error: ProblemError | JobError) => error.code;
    expectTypeOf<"unknown_job" | "dead_letter" | "cancelled">().toExtend<ReturnType<typeof codeOf>>();
    expectTypeOf<string>().toExtend<ProblemError["code"]>();
    expectTypeOf<Extract<ProblemError["code"], "unknown_job">>().toEqualTypeOf<"unknown_job">();
    expectTypeOf<Extract<JobError["code"], "cancelled">>().toEqualTypeOf<"cancelled">();
  });
});

test("of an atom by its name the rule says what it can, and the program the rest", () => {
  compiled(async () => {
    const input = { list: [1, "a", { any: new Float64Array(1) }] };
    expectTypeOf(await grid.submit({ atom: "pi", input, reduce: "mean" })).toEqualTypeOf<Job<Mean, Value>>();
    expectTypeOf(await grid.submit({ atom: "pi", input })).toEqualTypeOf<Job<null, Value>>();
    const rule = "sum" as ReduceRule;
    expectTypeOf(await grid.submit({ atom: "pi", input, reduce: rule })).toEqualTypeOf<Job<Value, Value>>();
    expectTypeOf(await grid.submit<number>({ atom: "pi", input, reduce: "sum" })).toEqualTypeOf<Job<number, Value>>();
    const text = await grid.publish("export default {};");
    expectTypeOf(await grid.submit({ atom: text, input, reduce: { each: "sum" } })).toEqualTypeOf<
      Job<Record<string, number>, Value>
    >();
    // @ts-expect-error no value that can be sent
    grid.submit({ atom: "pi", input: { list: [new Map()] } });
  });
});
