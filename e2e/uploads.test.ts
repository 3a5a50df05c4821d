/** Uploads against whole processes: memory, kills, and jobs that go on over elements that no process holds. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MemoryWatch, numberLines } from "./lines.js";
import { type Serving, Stage, until } from "./processes.js";

const MIB = 1024 * 1024;

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

async function uploadsOf({ grid }: Serving): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of grid.uploads()) ids.push(id);
  return ids;
}

/** Bytes of the database and its log. */
function storedBytes(): number {
  const sizes = ["valence.db", "valence.db-wal"].map((name) => {
    return statSync(join(stage.dir, "data", name), { throwIfNoEntry: false })?.size ?? 0;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

test("[I6] 100,000 lines cost the coordinator less than 100 MB of memory, however they come", async () => {
  const serving = await stage.serve();
  const memory = await MemoryWatch.start(serving.url);
  for (let round = 0; round < 3; round++) {
    const lines = Readable.from(numberLines(100_000), { objectMode: false });
    expect(await serving.grid.upload(lines)).toMatchObject({ items: 100_000 });
  }
  const { before, most } = await memory.stop();
  expect((most - before) / 1e6).toBeLessThan(100);
});

test("[I7] a coordinator that is killed in the middle of an upload has nothing of it when it is back", async () => {
  const serving = await stage.serve();
  const kept = await serving.grid.upload([1, 2, 3]);
  const endless = serving.grid.upload(Readable.from(numberLines(Number.POSITIVE_INFINITY), { objectMode: false }));
  endless.catch(() => {});
  await until("some of it on the disk", () => storedBytes() > 30 * MIB);
  await serving.end("SIGKILL");
  await expect(endless).rejects.toMatchObject({ code: "unreachable" });
  const back = await stage.serve();
  expect(await uploadsOf(back)).toEqual([kept.id]);
  // Log and file are cut when all of it is cleared away.
  await until("the room to be free again", () => statSync(join(stage.dir, "data", "valence.db")).size < 16 * MIB);
});

test("[K1] [K3] a job over an upload goes on when the coordinator was killed, and each line counts once", async () => {
  let serving = await stage.serve();
  stage.work(serving, { name: "worker" });
  const slow = "const until = Date.now() + 2; while (Date.now() < until);";
  const { id: atom } = await serving.grid.publish(`export default { name: "same", process(n) { ${slow} return n; } };`);
  const { id: upload } = await serving.grid.upload(Array.from({ length: 600 }, (_, n) => 3 * n));
  const { id } = await serving.grid.submit({ atom, input: { list: { upload } }, reduce: "sum", keep: true });
  await until("a part of it", async () => (await serving.grid.job(id).view()).progress.done > 100);
  await serving.end("SIGKILL");
  serving = await stage.serve({ port: serving.port });
  const job = serving.grid.job<number>(id);
  expect(await job.result()).toBe((3 * 600 * 599) / 2);
  const results: number[] = [];
  for await (const { result } of job.results<number>()) results.push(result);
  expect(results).toEqual(Array.from({ length: 600 }, (_, n) => 3 * n));
});
