import { describe, expect, test } from "vitest";
import type { Context } from "../atom.js";
import { ERROR_BYTES_MAX, RESULT_BYTES_MAX } from "../limits.js";
import { packEncoded, unpackMicros, unpackValues } from "../pack.js";
import { seededRandom } from "../random.js";
import { utf8Length } from "../utf8.js";
import { encodeValue } from "../value-codec.js";
import { grantOf, jobOrder } from "../volunteer/fixtures.js";
import type { Grant, JobOrder } from "../volunteer/held-lease.js";
import { POST_ELECTRONS, Runner } from "./runner.js";
import { type Said, said } from "./said.js";

type Process = (payload: never, context: Context) => unknown;

/** A runner on a clock that stands still unless the atom moves it. */
class Bench {
  readonly posted: Said[] = [];
  now = 0;
  breaths = 0;
  onBreath = () => {};
  readonly runner: Runner;

  constructor(process: Process) {
    const port = {
      post: (word: Said) => void this.posted.push(said.parse(word)),
      now: () => this.now,
      breathe: async () => {
        this.breaths++;
        this.onBreath();
      },
    };
    this.runner = new Runner({ process: process as never }, port, "atom.js");
  }

  async run(to: number, over: { job?: JobOrder; grant?: Grant; from?: number } = {}): Promise<void> {
    const { job = jobOrder(), grant = grantOf(1, { to: Math.max(to, 1) }), from = 0 } = over;
    await this.runner.run({ job, grant, from, to });
  }

  get counts(): number[] {
    return this.posted.flatMap((word) => (word.type === "part" ? [word.part.count] : []));
  }

  get values(): unknown[] {
    return this.posted.flatMap((word) =>
      word.type === "part" ? [...unpackValues(word.part.values, word.part.count)] : [],
    );
  }

  get failure(): Extract<Said, { type: "failed" }>["failure"] | undefined {
    return this.posted.find((word) => word.type === "failed")?.failure;
  }
}

async function failureOf(process: Process) {
  const bench = new Bench(process);
  await bench.run(1);
  return bench.failure;
}

describe("a run", () => {
  test("gives the results in order, in one part when there was no reason to post before", async () => {
    const bench = new Bench(({ from }: { from: number }) => from * 2);
    await bench.run(7, { from: 2 });
    expect(bench.counts).toEqual([5]);
    expect(bench.values).toEqual([4, 6, 8, 10, 12]);
  });

  test("is over with the post of its last electron, so that the next one can begin", async () => {
    const bench = new Bench(() => {
      bench.now += 60;
    });
    let breathing = false;
    bench.onBreath = () => {
      breathing = bench.counts.length === 2;
    };
    await bench.run(2);
    expect(bench.counts).toEqual([1, 1]);
    expect(breathing).toBe(false);
  });

  test("measures each electron in microseconds", async () => {
    const bench = new Bench(({ from }: { from: number }) => {
      bench.now += from;
    });
    await bench.run(4);
    const micros = bench.posted.flatMap((word) =>
      word.type === "part" ? [...unpackMicros(word.part.micros, word.part.count)] : [],
    );
    expect(micros).toEqual([0, 1_000, 2_000, 3_000]);
  });

  test("posts after 10 ms, and at once after an electron that took long", async () => {
    const bench = new Bench(({ from }: { from: number }) => {
      bench.now += from === 5 ? 40 : 4;
    });
    await bench.run(8);
    expect(bench.counts).toEqual([3, 3, 2]);
  });

  test("posts after 256 electrons", async () => {
    const bench = new Bench(() => 1);
    await bench.run(2 * POST_ELECTRONS + 1);
    expect(bench.counts).toEqual([POST_ELECTRONS, POST_ELECTRONS, 1]);
  });

  test("posts after a MiB", async () => {
    const bench = new Bench(() => new Uint8Array(400 * 1024));
    await bench.run(4);
    expect(bench.counts).toEqual([3, 1]);
  });

  test("awaits promises", async () => {
    const bench = new Bench(({ from }: { from: number }) => (from % 2 ? Promise.resolve(from) : from));
    await bench.run(4);
    expect(bench.values).toEqual([0, 1, 2, 3]);
  });

  test("posts what is finished while it awaits an electron", async () => {
    let resolve = (_: number) => {};
    const late = new Promise<number>((ok) => {
      resolve = ok;
    });
    const bench = new Bench(({ from }: { from: number }) => (from === 2 ? late : from));
    const run = bench.run(3);
    await Promise.resolve();
    expect(bench.counts).toEqual([2]);
    resolve(2);
    await run;
    expect(bench.values).toEqual([0, 1, 2]);
  });

  test("takes results of every kind, mixed with numbers", async () => {
    const results = [1, "two", { n: 3 }, undefined, [4], -0];
    const bench = new Bench(({ from }: { from: number }) => results[from]);
    await bench.run(6);
    expect(bench.values).toEqual([1, "two", { n: 3 }, null, [4], -0]);
  });

  test("a second one at a time is refused", async () => {
    const bench = new Bench(() => Promise.resolve(1));
    const first = bench.run(1);
    await expect(bench.run(1)).rejects.toThrow("under way");
    await first;
  });
});

describe("payloads", () => {
  test("of a list come with the grant", async () => {
    const payloads = packEncoded([7, { x: 1 }, "z"].map((value) => encodeValue(value)));
    const bench = new Bench((payload) => payload);
    const grant = grantOf(1, { from: 40, to: 43, payloads });
    await bench.run(43, { job: jobOrder({ shape: { kind: "list" } }), grant, from: 41 });
    expect(bench.values).toEqual([{ x: 1 }, "z"]);
  });

  test("of a list that came without them fail", async () => {
    const bench = new Bench(() => 1);
    await bench.run(1, { job: jobOrder({ shape: { kind: "list" } }) });
    expect(bench.failure?.message).toBe("the grant came without its payloads");
  });

  test("of a grid share the values of an axis, which none may change", async () => {
    const shape = { kind: "grid" as const, axes: [{ name: "x", axis: [[1], [2]] }] };
    const bench = new Bench(({ x }: { x: number[] }) => x.push(3));
    await bench.run(2, { job: jobOrder({ shape }) });
    expect(bench.failure?.message).toContain("not extensible");
  });
});

describe("the context", () => {
  const seen = async (process: Process, job: Partial<JobOrder> = {}, grant: Partial<Grant> = {}) => {
    const bench = new Bench(process);
    const from = grant.from ?? 0;
    await bench.run(from + 1, { job: jobOrder(job), grant: grantOf(1, { to: from + 1, ...grant }), from });
    return bench.failure ?? bench.values[0];
  };

  test("knows item, attempt and params; nothing is shared", async () => {
    const shape = { kind: "range" as const, from: 100, chunk: 10, total: 1_000 };
    const process: Process = (payload, { item, attempt, params, shared }) => ({
      payload,
      item,
      attempt,
      params,
      shared,
    });
    expect(await seen(process, { shape, params: { k: 1 } }, { from: 3, attempt: 2 })).toEqual({
      payload: { from: 130, to: 140 },
      item: 30,
      attempt: 2,
      params: { k: 1 },
      shared: null,
    });
  });

  test("[P5] gives random numbers by seed and item, also when it is taken apart", async () => {
    const random = seededRandom(9, 4);
    const process: Process = (_, { random }) => [random(), random()];
    expect(await seen(process, { seed: 9 }, { from: 4 })).toEqual([random(), random()]);
  });

  test("shows no electron what another did to the params", async () => {
    expect(await seen((_, { params }) => ((params as { a: number[] }).a[0] = 2), { params: { a: [1] } })).toMatchObject(
      {
        code: "error",
      },
    );
    const bench = new Bench((_, { params }) => {
      const { a } = params as { a: Float64Array };
      a[0] = (a[0] ?? 0) + 1;
      return a[0];
    });
    await bench.run(2, { job: jobOrder({ params: { a: new Float64Array([1]) } }) });
    expect(bench.values).toEqual([2, 2]);
  });

  test("says lines and progress", async () => {
    const bench = new Bench((_, { log, progress }) => {
      log("at", 1, { x: 2 }, null, new Error("no"));
      progress(0.5);
      progress(0.6);
    });
    await bench.run(1);
    expect(bench.posted.slice(0, 2)).toEqual([
      { type: "log", line: 'at 1 {"x":2} null Error: no' },
      { type: "progress", fraction: 0.5 },
    ]);
  });
});

describe("a failure", () => {
  test("comes after what was finished, and ends the run", async () => {
    const bench = new Bench(({ from }: { from: number }) => {
      if (from === 2) throw new Error("boom");
      return from;
    });
    await bench.run(5);
    expect(bench.posted.map((word) => word.type)).toEqual(["part", "failed"]);
    expect(bench.values).toEqual([0, 1]);
    expect(bench.failure).toMatchObject({ code: "error", message: "boom", retryable: true, retryAfterMs: null });
  });

  test("may be a rejected promise", async () => {
    expect(await failureOf(() => Promise.reject(new RangeError("late")))).toMatchObject({
      code: "error",
      message: "late",
    });
  });

  test("may say whether and when to try again", async () => {
    const later: Process = (_, { fail }) => fail("busy", { retryAfterMs: 1_000.5 });
    expect(await failureOf(later)).toMatchObject({ message: "busy", retryable: true, retryAfterMs: 1_001 });
    const never: Process = (_, context) => context.fail("useless", { retryable: false, retryAfterMs: Number.NaN });
    expect(await failureOf(never)).toMatchObject({ message: "useless", retryable: false, retryAfterMs: null });
  });

  test("may be anything that is thrown", async () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error("again");
        },
      },
    );
    for (const [thrown, message] of [
      [undefined, "undefined"],
      [42, "42"],
      ["text", "text"],
      [Symbol("s"), "Symbol(s)"],
      [new Error(""), "Error"],
      [hostile, "something was thrown that cannot be read"],
      [{ message: 7, toString: null }, "something was thrown that cannot be read"],
    ]) {
      expect(
        await failureOf(() => {
          throw thrown;
        }),
      ).toMatchObject({ code: "error", message });
    }
  });

  test("[F11] has at most ERROR_BYTES_MAX of UTF-8, message and stack together", async () => {
    const long = await failureOf(() => {
      throw Object.assign(new Error("€".repeat(100_000)), { stack: `  at f (atom.js:1:1)\n`.repeat(10_000) });
    });
    const { message = "", stack } = long ?? {};
    expect(message).toBe("€".repeat(682));
    expect(utf8Length(message) + utf8Length(stack ?? "")).toBeLessThanOrEqual(ERROR_BYTES_MAX);
    expect(stack?.length).toBe(ERROR_BYTES_MAX - 682 * 3);
  });

  test("[F11] tells nothing of this computer's files", async () => {
    const stack =
      "Error: no\n    at f (atom.js:3:1)\n    at Array.map (<anonymous>)\n    at g (file:///home/ada/runner.js:1:1)";
    const firefox = "f@atom.js:3:1\ng@http://grid/runner.js:1:1\n";
    const thrown = (stack: string) =>
      failureOf(() => {
        throw Object.assign(new Error("no"), { stack });
      });
    expect((await thrown(stack))?.stack).toBe("Error: no\n    at f (atom.js:3:1)\n    at Array.map (<anonymous>)");
    expect((await thrown(firefox))?.stack).toBe("f@atom.js:3:1\n");
  });

  test("is `not_encodable` for what cannot be sent, with its place", async () => {
    expect(await failureOf(() => ({ when: [new Map()] }))).toMatchObject({ code: "not_encodable" });
    expect((await failureOf(() => ({ when: [1n] })))?.message).toMatch(/^result\.when\[0\]: /);
  });

  test("is `result_too_large` one byte over the limit", async () => {
    const head = 5;
    const bench = new Bench(() => new Uint8Array(RESULT_BYTES_MAX - head));
    await bench.run(1);
    expect(bench.counts).toEqual([1]);
    const over = await failureOf(() => new Uint8Array(RESULT_BYTES_MAX - head + 1));
    expect(over).toMatchObject({ code: "result_too_large" });
  });
});

describe("halting", () => {
  test("is heard between two electrons, after 50 ms of work", async () => {
    const bench = new Bench(({ from }: { from: number }) => {
      bench.now += 6;
      return from;
    });
    bench.onBreath = () => bench.runner.halt();
    await bench.run(100);
    expect(bench.breaths).toBe(1);
    expect(bench.values).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(bench.posted.at(-1)).toEqual({ type: "halted" });
  });

  test("says nothing when the run ended by itself, nor stops the next one", async () => {
    const bench = new Bench(() => bench.runner.halt());
    await bench.run(1);
    bench.runner.halt();
    await new Promise<void>((ok) => ok(bench.run(1)));
    expect(bench.posted.map((word) => word.type)).toEqual(["part", "part"]);
  });
});

test("a probe answers with a measurement, and nothing else is said", async () => {
  const bench = new Bench(({ from, to }: { from: number; to: number }, context) => {
    context.log("never said");
    bench.now += 7 * (to - from);
  });
  await bench.runner.probe(jobOrder());
  expect(bench.posted).toEqual([{ type: "probed", items: 8, elapsedMs: 56 }]);
});
