/** What every executor must do, as tests: call it from the test of each one. Atoms in it are written for every engine. */

import type { AtomWorker, Executor, ExecutorEvent } from "@valence/shared/client/executor";
import { unpackValues } from "@valence/shared/pack";
import { grantOf, jobOrder } from "@valence/shared/volunteer/fixtures";
import { afterEach, describe, expect, test } from "vitest";

/** @param make gives an executor; it is made once, before the first test that needs it */
export function executorContract(name: string, make: () => Executor): void {
  const { open, opened } = benches(make);
  describe(`${name}: electrons`, () => electrons(opened));
  describe(`${name}: a worker`, () => deaths(opened));
  describe(`${name}: opening`, () => opening(open));
}

/** What an executor must do that bounds the memory of each worker. `make` gives one whose workers may have 64 MiB. */
export function memoryContract(name: string, make: () => Executor): void {
  const { open, opened } = benches(make);
  describe(`${name}: too much memory`, () => hunger(open, opened));
}

/** Workers that are killed when their test is over. */
function benches(make: () => Executor): { open: Open; opened: Opened } {
  const opens: Bench[] = [];
  let executor: Executor | null = null;
  const open: Open = (code) => {
    executor ??= make();
    const bench = new Bench(executor, code);
    opens.push(bench);
    return bench;
  };
  const opened: Opened = async (process) => {
    const bench = open(`export default { name: "a", ${process} };`);
    await bench.heard("opened");
    return bench;
  };
  afterEach(async () => {
    await Promise.all(opens.splice(0).map((bench) => bench.worker.kill()));
  });
  return { open, opened };
}

/** Opens a worker with the code of an atom, or of its `process` alone. */
type Open = (code: string) => Bench;
type Opened = (process: string) => Promise<Bench>;

function electrons(opened: Opened): void {
  test("are worked in order", async () => {
    const bench = await opened("process: ({ from, to }) => from * 10 + to");
    bench.run(300);
    await bench.done(300);
    expect(bench.values).toEqual(Array.from({ length: 300 }, (_, i) => 11 * i + 1));
    expect(bench.events.every((event) => event.type === "opened" || event.type === "part")).toBe(true);
  });

  test("may be asynchronous", async () => {
    const bench = await opened("async process({ from }) { await new Promise((ok) => setTimeout(ok)); return from; }");
    bench.run(5);
    await bench.done(5);
    expect(bench.values).toEqual([0, 1, 2, 3, 4]);
  });

  test("[P6] that throw fail with message and stack, and the worker lives", async () => {
    const bench = await opened(`process({ from }) { if (from === 2) throw new RangeError("boom"); return from; }`);
    bench.run(5);
    const { failure } = await bench.heard("failed");
    expect(failure).toMatchObject({ code: "error", message: "boom", retryable: true });
    expect(failure.stack).toMatch(/process.*bench\.js/);
    expect(bench.values).toEqual([0, 1]);
    bench.run(2);
    await bench.done(4);
  });

  test("[P6] whose result cannot be sent fail", async () => {
    const bench = await opened("process: () => new Map()");
    bench.run(1);
    expect((await bench.heard("failed")).failure).toMatchObject({ code: "not_encodable" });
  });

  test("are halted between two", async () => {
    const bench = await opened("process() { for (const end = Date.now() + 5; Date.now() < end; ); return 1; }");
    bench.run(4_096);
    await bench.done(1);
    bench.worker.halt();
    await bench.heard("halted");
    expect(bench.values.length).toBeLessThan(4_096);
    bench.run(1);
    await bench.done(bench.values.length + 1);
  });

  test("are timed by a probe", async () => {
    const bench = await opened(
      "process: ({ from, to }) => { const end = Date.now() + 20 * (to - from); while (Date.now() < end); }",
    );
    bench.worker.probe(jobOrder());
    const { items, elapsedMs } = await bench.heard("probed");
    // The first call that takes 50 ms: on a busy machine it comes early, and it is never one of more than 80 ms of work.
    expect([1, 2, 4]).toContain(items);
    expect(elapsedMs).toBeGreaterThanOrEqual(Math.max(50, 20 * items - 1)); // two clocks, one in whole milliseconds
  });

  test("may say lines, also by printing them", async () => {
    const bench = await opened(`process(_, { log }) { log("by log"); console.log("by", "print"); }`);
    bench.run(1);
    await bench.done(1);
    const lines = bench.events.flatMap((event) => (event.type === "log" ? [event.line] : []));
    expect(lines).toEqual(["by log", "by print"]);
  });
}

function deaths(opened: Opened): void {
  test("[P4] in an endless loop is killed, and what it had posted was heard", async () => {
    const bench = await opened(
      "process({ from }) { const end = Date.now() + 12; while (from === 3 || Date.now() < end); return from; }",
    );
    bench.run(10);
    await bench.done(3);
    await bench.worker.kill();
    expect(bench.values).toEqual([0, 1, 2]);
  });

  test("that was killed is not heard any more", async () => {
    const bench = await opened("process() { for (const end = Date.now() + 1; Date.now() < end; ); return 1; }");
    bench.run(4_096);
    await bench.done(1);
    const killed = bench.worker.kill();
    const events = bench.events.length;
    await killed;
    await new Promise((resolve) => setImmediate(resolve));
    expect(bench.events).toHaveLength(events);
  });

  test("that throws later is lost", async () => {
    const bench = await opened(`process: () => new Promise(() => setTimeout(() => { throw new Error("later"); }))`);
    bench.run(1);
    expect(await bench.heard("lost")).toMatchObject({
      code: "worker_died",
      message: expect.stringContaining("later"),
    });
  });

  test("that leaves a rejection to nobody is lost", async () => {
    const bench = await opened(`process: () => new Promise(() => { Promise.reject(new Error("unheard")); })`);
    bench.run(1);
    expect(await bench.heard("lost")).toMatchObject({ code: "worker_died" });
  });

  test("that ends its own process is lost, or was not allowed to, and what it had posted is heard", async () => {
    const bench = await opened(`async process({ from }) {
        for (const end = Date.now() + 12; Date.now() < end; );
        if (from === 2) (await import("node:process")).exit(7);
        return from;
      }`);
    bench.run(10);
    const end = await Promise.race([bench.heard("lost"), bench.heard("failed")]);
    expect(end).toMatchObject(end.type === "lost" ? { code: "worker_died" } : {});
    expect(bench.values).toEqual([0, 1]);
  });

  test("may be killed twice, and told things after it", async () => {
    const bench = await opened("process: () => 1");
    await bench.worker.kill();
    bench.run(1);
    bench.worker.halt();
    await bench.worker.kill();
    expect(bench.events.map((event) => event.type)).toEqual(["opened"]);
  });
}

/** Ways to take memory without end, which are different ways of an engine to run out of it. */
const HUNGERS = {
  objects: "const all = []; for (;;) all.push({ all });",
  "arrays of objects": "const all = []; for (;;) all.push(Array.from({ length: 1000 }, () => ({})));",
  "one array of integers": "const all = []; for (;;) all.push(1);",
  "one array of doubles": "const all = []; for (;;) all.push(0.5);",
  "large arrays": "const all = []; for (;;) all.push(new Array(1e7).fill(0));",
  strings: "const all = []; for (;;) all.push('x'.repeat(1000) + all.length);",
  "one map": "const all = new Map(); for (let i = 0; ; i++) all.set(i, i);",
  "one dictionary": "const all = {}; for (let i = 0; ; i++) all['k' + i] = i;",
  "one array that doubles": "let all = [1]; for (;;) all = [...all, ...all];",
  promises: "return new Promise(() => { const f = () => [1, f].map((x) => Promise.resolve([x]).then(f)); f(); });",
  "typed arrays": "const all = []; for (;;) all.push(new Float64Array(1e6).fill(1));",
};

function hunger(open: Open, opened: Opened): void {
  test.each(Object.entries(HUNGERS))("[P6] for %s costs the worker alone", { timeout: 30_000 }, async (_, body) => {
    const neighbour = await opened("async process() { await new Promise((ok) => setTimeout(ok, 2)); return 1; }");
    neighbour.run(4_096);
    const bench = await opened(`process() { ${body} }`);
    bench.run(1);
    expect(await bench.heard("lost")).toMatchObject({ code: "out_of_memory" });
    await bench.worker.kill();
    await neighbour.done(neighbour.values.length + 1);
    const next = await opened("process: () => 1");
    next.run(1);
    await next.done(1);
  });

  test("for one string fails the electron or costs the worker", async () => {
    const bench = await opened("process() { for (let all = 'x'; ; ) all += all; }");
    bench.run(1);
    expect(["failed", "lost"]).toContain((await Promise.race([bench.heard("failed"), bench.heard("lost")])).type);
  });

  test("while the module is loaded costs the worker", async () => {
    const bench = open("const all = []; for (;;) all.push(1);");
    expect(await bench.heard("lost")).toMatchObject({ code: "out_of_memory" });
  });

  test("that is garbage at once costs nothing", async () => {
    const bench = await opened("process() { for (let i = 0; i < 60; i++) new Array(1e6).fill(i); return 1; }");
    bench.run(3);
    await bench.done(3);
  });
}

function opening(open: Open): void {
  test("an atom that throws loses the worker with its message", async () => {
    const bench = open(`throw new Error("not today");`);
    const lost = { code: "error", message: expect.stringContaining("not today") };
    expect(await bench.heard("lost")).toMatchObject(lost);
  });

  test("a module that is no atom, or no module, loses it, too", async () => {
    expect(await open("export default { name: 'a' };").heard("lost")).toMatchObject({ code: "error" });
    expect(await open("export default {").heard("lost")).toMatchObject({ code: "error" });
  });

  test("an atom that never ends is killed", async () => {
    const bench = open("for (;;);");
    await bench.worker.kill();
    expect(bench.events).toEqual([]);
  });
}

class Bench {
  readonly events: ExecutorEvent[] = [];
  readonly worker: AtomWorker;
  #wake = () => {};

  constructor(executor: Executor, code: string) {
    const atom = { name: "bench.js", source: new TextEncoder().encode(code) };
    this.worker = executor.open(atom, (event) => {
      this.events.push(event);
      this.#wake();
    });
  }

  get values(): unknown[] {
    return this.events.flatMap((event) =>
      event.type === "part" ? [...unpackValues(event.part.values, event.part.count)] : [],
    );
  }

  run(to: number): void {
    this.worker.run({ job: jobOrder(), grant: grantOf(1, { to }), from: 0, to });
  }

  async done(electrons: number): Promise<void> {
    await this.#until(() => (this.values.length >= electrons ? true : undefined));
  }

  heard<T extends ExecutorEvent["type"]>(type: T): Promise<Extract<ExecutorEvent, { type: T }>> {
    return this.#until(() => this.events.find((event) => event.type === type) as never);
  }

  async #until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const seen = look();
      if (seen !== undefined) return seen;
      await new Promise<void>((resolve) => {
        const before = this.#wake;
        this.#wake = () => {
          before();
          resolve();
        };
      });
    }
  }
}
