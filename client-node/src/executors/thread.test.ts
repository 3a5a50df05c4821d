import type { ExecutorEvent } from "@valence/shared/client/executor";
import { grantOf, jobOrder } from "@valence/shared/volunteer/fixtures";
import { expect, test } from "vitest";
import { executorContract, memoryContract } from "./contract.js";
import { threadExecutor } from "./thread.js";

executorContract("threads", () => threadExecutor());
memoryContract("threads", () => threadExecutor({ heapMiB: 64 }));

/** Opens an atom that says something on the port of the outcomes by itself, and gives the first event. */
function firstEvent(word: string): Promise<ExecutorEvent> {
  const code = `(await import("node:worker_threads")).workerData.outcomes.postMessage(${word});`;
  const source = new TextEncoder().encode(`${code} export default { process: () => 1 };`);
  return new Promise((resolve) => {
    const worker = threadExecutor().open({ name: "a", source }, (event) => {
      resolve(event);
      void worker.kill();
    });
  });
}

test("a worker that says what no runner says is lost", async () => {
  const broken = { type: "lost", code: "worker_died", message: "the atom's worker broke its protocol" };
  expect(await firstEvent("7")).toEqual(broken);
  expect(await firstEvent("{ type: 'halted', more: 1 }")).toEqual(broken);
  expect(await firstEvent("{ type: 'progress', fraction: 2 }")).toEqual(broken);
  expect(await firstEvent("{ type: 'log', line: 'x'.repeat(1025) }")).toEqual(broken);
});

test("stack traces name the atom and no file of this computer", async () => {
  const source = new TextEncoder().encode("export default { process() { throw new Error('no'); } };");
  const failed = new Promise<ExecutorEvent>((resolve) => {
    const order = { job: jobOrder(), grant: grantOf(1), from: 0, to: 1 };
    const worker = threadExecutor().open({ name: "pi@sha256-0", source }, (event) => {
      if (event.type === "opened") worker.run(order);
      else void worker.kill().then(() => resolve(event));
    });
  });
  const stack = "Error: no\n    at Object.process (pi@sha256-0:1:36)";
  expect(await failed).toMatchObject({ failure: { stack } });
});

test("an atom finds nothing of `process` that ends the client", async () => {
  const asks = `const named = await import("node:process"), { default: whole } = named;
    throw new Error([named.kill, whole.kill, whole._kill, whole.dlopen, globalThis.process].join());`;
  const source = new TextEncoder().encode(asks);
  const lost = await new Promise((resolve) => threadExecutor().open({ name: "a", source }, resolve));
  expect(lost).toMatchObject({ type: "lost", message: "the atom cannot be loaded: ,,,," });
});
