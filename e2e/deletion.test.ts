/** A job with very many results goes while another one is computed, and while the coordinator is killed. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Stage, until } from "./processes.js";

const RESULTS = 1_000_000;
const MIB = 1024 * 1024;
/** Of the file what may stay free for what comes next, and what else is in it. */
const ROOM_KEPT = 16 * MIB;

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

test("[D8] [D9] 1,000,000 kept results go while another job goes on and the coordinator is killed, and the disk has its room again", async () => {
  let serving = await stage.serve();
  stage.work(serving, { name: "worker" });
  const atom = await serving.grid.publish(
    'export default { name: "many", process: ({ from }) => "x".repeat(60) + from };',
  );
  const job = await serving.grid.submit({ atom: atom.id, input: { range: { from: 0, to: RESULTS, chunk: 1 } } });
  await job.result();
  const size = () => statSync(join(stage.dir, "data", "valence.db")).size;
  const before = size();
  expect(before).toBeGreaterThan(40 * MIB);

  const input = { range: { from: 0, to: 100_000, chunk: 1 } };
  const other = await serving.grid.submit({ atom: atom.id, input, reduce: "count" });
  await job.delete();
  await expect(job.view()).rejects.toMatchObject({ code: "unknown_job" });
  expect(await other.result()).toBe(100_000);

  await serving.end("SIGKILL");
  serving = await stage.serve({ port: serving.port });
  await expect(serving.grid.job(job.id).view()).rejects.toMatchObject({ code: "unknown_job" });
  expect((await serving.grid.job(other.id).view()).result).toBe(100_000);
  await until("the room to be free again", () => size() < ROOM_KEPT, 60_000);
}, 180_000);
