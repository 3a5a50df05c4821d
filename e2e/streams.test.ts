/** What a coordinator's streams cost it, and what killing it costs their readers. */
import { steady } from "@valence/coordinator/testing/steady";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Stage, until } from "./processes.js";
import { computedJob, growthDuring, linesByCurl, orderedLines, stoppedReader } from "./readers.js";

const RESULTS = 1_000_000;
const GROWTH_BYTES_MAX = 100e6;

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

test("[H9] [H10] 1,000,000 results go out in constant memory, past a reader that stops reading and in the end misses nothing", async () => {
  const serving = await stage.serve();
  const job = await computedJob(stage, serving, RESULTS);
  expect(
    await growthDuring(serving, async () => expect(await linesByCurl(serving, job.id)).toBe(RESULTS)),
  ).toBeLessThan(GROWTH_BYTES_MAX);
  const growth = await growthDuring(serving, async () => {
    const stopped = await stoppedReader(serving, job.id);
    await steady(() => stopped.socket.bytesRead);
    expect(await linesByCurl(serving, job.id, "?follow=1")).toBe(RESULTS);
    const input = { range: { from: 0, to: 1_000, chunk: 1 } };
    const other = await serving.grid.submit({ atom: "sevenths", input, reduce: "count" });
    expect(await other.result()).toBe(1_000);
    expect(await orderedLines(stopped)).toBe(RESULTS);
  });
  expect(growth).toBeLessThan(GROWTH_BYTES_MAX);
}, 180_000);

test("[K5] whenever the coordinator is killed, no event that was shown is lost or another one later", async () => {
  let serving = await stage.serve();
  stage.work(serving, { name: "worker" });
  const fails = "c.fail(String(item), { retryable: false })";
  const atom = await serving.grid.publish(
    `export default { name: "mostly-harmless", process(item, c) { const until = Date.now() + 2; while (Date.now() < until); if (item % 2) ${fails}; return item; } };`,
  );
  const list = Array.from({ length: 1_000 }, (_, n) => n);
  const input = { list };
  const job = await serving.grid.submit({
    atom: atom.id,
    input,
    reduce: "count",
    policy: { onFailure: { tolerate: 1 } },
  });
  const shown: unknown[] = [];
  const reading = (async () => {
    for await (const event of job.events()) shown.push(event);
  })();
  for (const events of [50, 150, 300]) {
    await until(`${events} events`, () => shown.length > events);
    await serving.end("SIGKILL");
    serving = await stage.serve({ port: serving.port });
  }
  await reading;
  const kept: unknown[] = [];
  for await (const event of serving.grid.job(job.id).events()) kept.push(event);
  expect(shown).toEqual(kept);
  expect(kept.map((event) => (event as { number: number }).number)).toEqual(kept.map((_, n) => n + 1));
  expect(kept.filter((event) => (event as { kind: string }).kind === "dead_letter")).toHaveLength(list.length / 2);
}, 120_000);
