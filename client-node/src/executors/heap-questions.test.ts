import { setImmediate as turn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { afterEach, expect, test } from "vitest";
import { HeapQuestions } from "./heap-questions.js";

const questions = new HeapQuestions();
const workers: Worker[] = [];

afterEach(async () => {
  questions.close();
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

async function thread(code: string): Promise<string> {
  const name = `bench-${workers.length}`;
  const worker = new Worker(`require("node:worker_threads").parentPort.postMessage(1); ${code}`, { eval: true, name });
  workers.push(worker);
  await new Promise((resolve) => worker.once("message", resolve));
  return name;
}

async function answerOf(name: string): Promise<number> {
  for (;;) {
    questions.ask();
    const bytes = questions.take().get(name);
    if (bytes !== undefined) return bytes;
    await turn();
  }
}

test("a thread in an endless loop answers, and tells what its heap holds", async () => {
  const small = await thread("for (;;);");
  const large = await thread("const all = new Array(4e6).fill(1); for (;;) all[0]++;");
  const difference = (await answerOf(large)) - (await answerOf(small));
  expect(difference).toBeGreaterThan(30e6);
  expect(difference).toBeLessThan(40e6);
});

test("an idle thread answers, also one that came later and after it was closed", async () => {
  questions.ask();
  const first = await thread("setInterval(() => {}, 1e6);");
  expect(await answerOf(first)).toBeGreaterThan(0);
  questions.close();
  expect(await answerOf(first)).toBeGreaterThan(0);
});

test("threads that are ended while they are asked do end", async () => {
  for (let round = 0; round < 20; round++) {
    await thread("for (;;);");
    questions.ask();
    await workers.pop()?.terminate();
  }
});
