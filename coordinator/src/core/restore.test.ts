import { expect, test } from "vitest";
import { specOf } from "./fixtures.js";
import { Grid } from "./grid.js";
import type { Kept } from "./restore.js";

const status = { chunk: 1, error: null, startedAt: 0, endedAt: null, done: 0, dead: 0, skipped: 0, aggregate: null };
/** What a store kept of a job of 8 electrons, 4 of them leased to ada. */
const KEPT: Kept = {
  status: { ...status, state: "running" },
  blocks: [],
  rows: [],
  grants: [
    { lease: 7, job: "j1", block: 0, span: { from: 0, to: 4 }, session: "ada", identity: "ada", slot: 0, attempt: 1 },
  ],
  electrons: [],
  keptBytes: 0,
  lastEvent: 2,
};

const at = (mono: number) => ({ mono, wall: mono });

function restored(): Grid {
  const grid = new Grid({ boot: 2, random: () => 0.5 });
  grid.restore(specOf(), (_, to) => to, KEPT, at(0));
  return grid;
}

test("[K4] leases read back wait 15 s for their holders, charged to nobody", () => {
  const grid = restored();
  grid.tick(at(14_999));
  expect(grid.read("j1", 14_999)).toMatchObject({ leased: 4, waiting: 0 });
  grid.tick(at(15_000));
  expect(grid.read("j1", 15_000)).toMatchObject({ leased: 0, waiting: 0, dead: 0 });
});

test("[K4] a holder that is back goes on with them", () => {
  const grid = restored();
  grid.join({ session: "ada", identity: "ada", slots: 1, agent: "", owner: null }, at(10_000));
  grid.receive("ada", { type: "holding", leases: [7] }, at(10_000));
  grid.tick(at(15_000));
  expect(grid.read("j1", 15_000)?.leased).toBeGreaterThanOrEqual(4);
  expect(grid.audit.leases.get(7)).toMatchObject({ over: false, next: 0 });
});
