import { KEPT_BYTES_MAX } from "@valence/shared/limits";
import { expect, test } from "vitest";
import { Bench, specOf } from "./fixtures.js";
import type { Kept } from "./restore.js";

const status = { chunk: 1, error: null, startedAt: 0, endedAt: null, done: 0, dead: 0, skipped: 0, aggregate: null };

/** A job that has kept that many bytes of results, and one report more. */
function benchAfterReport(keptBytes: number): Bench {
  const bench = new Bench();
  const none = { blocks: [], rows: [], grants: [], electrons: [] };
  const kept: Kept = { status: { ...status, state: "running" }, ...none, keptBytes, lastEvent: 2 };
  bench.restore(specOf({ reduce: null, keep: true }), kept);
  bench.report("ada", bench.begin("ada"), 0, ["a result"]);
  bench.commit();
  return bench;
}

test("[M1] a job may keep 10 GiB of results, and fails with one byte more", () => {
  const row = benchAfterReport(0).written.find((write) => write.type === "report")?.row;
  const bytes = row?.results?.length ?? 0;
  expect(bytes).toBeGreaterThan(0);
  expect(benchAfterReport(KEPT_BYTES_MAX - bytes).read()).toMatchObject({ state: "running", done: 1 });
  const over = benchAfterReport(KEPT_BYTES_MAX - bytes + 1).written.findLast((write) => write.type === "status");
  expect(over?.status).toMatchObject({ state: "failed", done: 1, error: { code: "results_too_large" } });
});
