/**
 * `node bench/dist/slow-reader.js [--seconds n] [--results n] [--readers n]`: readers of kept results that stop reading for a minute, and
 * what that costs the coordinator and everyone else. Ends with 1 when it delays somebody by half, loses a line, or takes 100 MB.
 */
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Stage } from "@valence/e2e/processes";
import { computedJob, growthDuring, linesByCurl, orderedLines, stoppedReader } from "@valence/e2e/readers";
import { closeBeforeEnding } from "./ending.js";
import { median } from "./statistics.js";

const GROWTH_BYTES_MAX = 100e6;
const RUNS = 5;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    results: { type: "string", default: "1000000" },
    readers: { type: "string", default: "10" },
  },
});
const [seconds, results, readers] = [values.seconds, values.results, values.readers].map(Number) as [
  number,
  number,
  number,
];

closeBeforeEnding();
const stage = await Stage.open();
try {
  const serving = await stage.serve();
  const job = await computedJob(stage, serving, results);
  const say = (what: string, figure: string) => console.log(`${what.padEnd(58)} ${figure}`);
  const lines = async () => {
    const began = performance.now();
    const read = await linesByCurl(serving, job.id);
    return (read * 1_000) / (performance.now() - began);
  };
  const jobMs = async () => {
    const began = performance.now();
    const input = { range: { from: 0, to: 100_000, chunk: 1 } };
    await (await serving.grid.submit({ atom: "sevenths", input, reduce: "count" })).result();
    return performance.now() - began;
  };
  const median5 = async (measure: () => Promise<number>) => {
    const all: number[] = [];
    for (let run = 0; run < RUNS; run++) all.push(await measure());
    return median(all);
  };

  const alone = { lines: await median5(lines), jobMs: await median5(jobMs) };
  let beside = alone;
  let whole = 0;
  const growth = await growthDuring(serving, async () => {
    const stopped = await Promise.all(Array.from({ length: readers }, () => stoppedReader(serving, job.id)));
    const since = performance.now();
    beside = { lines: await median5(lines), jobMs: await median5(jobMs) };
    await delay(Math.max(0, 1_000 * seconds - (performance.now() - since)));
    for (const reader of stopped) whole += Number((await orderedLines(reader)) === results);
  });

  say("readers that stopped, and for how long", `${readers}, ${seconds} s`);
  say("of them that got every line in the end, in order", `${whole}`);
  say("lines/s of another reader: before, and beside them", `${Math.round(alone.lines)}, ${Math.round(beside.lines)}`);
  say(
    "ms of a job of 100,000 electrons: before, and beside them",
    `${Math.round(alone.jobMs)}, ${Math.round(beside.jobMs)}`,
  );
  say("growth of the coordinator's resident memory", `${(growth / 1e6).toFixed(0)} MB`);
  const held = whole === readers && growth < GROWTH_BYTES_MAX;
  const prompt = beside.lines > alone.lines / 2 && beside.jobMs < alone.jobMs * 2;
  process.exitCode = held && prompt ? 0 : 1;
} finally {
  await stage.close();
}
