/**
 * `node bench/dist/streams.js [--lines n]`: lines up through `POST /inputs` and as many results back through `curl`, in one run of one
 * coordinator, and how far its resident memory grows meanwhile. Ends with 1 when that is 100 MB or more, or a line is missing.
 */
import { Readable } from "node:stream";
import { parseArgs } from "node:util";
import { numberLines } from "@valence/e2e/lines";
import { Stage } from "@valence/e2e/processes";
import { computedJob, growthDuring, linesByCurl } from "@valence/e2e/readers";
import { closeBeforeEnding } from "./ending.js";

const GROWTH_BYTES_MAX = 100e6;
/** Of each kind of work, so that what is loaded and compiled once is not taken for what streams cost. */
const WARM_UP = 10_000;

const { values } = parseArgs({ options: { lines: { type: "string", default: "1000000" } } });
const lines = Number(values.lines);

closeBeforeEnding();
const stage = await Stage.open();
try {
  const serving = await stage.serve();
  const upload = (count: number) => serving.grid.upload(Readable.from(numberLines(count), { objectMode: false }));
  const said = (what: string, bytes: number) => console.log(`${what.padEnd(40)} +${Math.round(bytes / 1e6)} MB`);
  await upload(WARM_UP);
  await linesByCurl(serving, (await computedJob(stage, serving, WARM_UP)).id);

  let [up, computed, back] = [0, 0, 0];
  let read = 0;
  const growth = await growthDuring(serving, async () => {
    up = await growthDuring(serving, () => upload(lines));
    const atom = "sevenths";
    const input = { range: { from: 0, to: lines, chunk: 1 } };
    const job = await serving.grid.submit({ atom, input });
    computed = await growthDuring(serving, () => job.result());
    back = await growthDuring(serving, async () => {
      read = await linesByCurl(serving, job.id);
    });
  });
  said(`${lines} lines up`, up);
  said(`${lines} results computed and kept`, computed);
  said(`${lines} results back through curl`, back);
  said("all of it, from idle after a warm-up", growth);
  if (growth >= GROWTH_BYTES_MAX || read !== lines) process.exitCode = 1;
} finally {
  await stage.close();
}
