/** A coordinator among strangers who say 100,000 things that nobody should, while an honest client computes and a reader follows. */
import type { StatsView } from "@valence/shared/job-view";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Serving, Stage, until } from "../processes.js";
import { growthDuring } from "../readers.js";
import { ownConnections } from "./own-connections.js";
import { hostileRequests } from "./requests.js";
import { hostileSessions } from "./sessions.js";

type Counts = { readonly requests: number; readonly connections: number; readonly messages: number };

const SEED = 20_261_126;
/** The first of them fill what a process fills once: code, caches, the space that its heap needs. */
const FIRST: Counts = { requests: 1_000, connections: 1_000, messages: 20_000 };
const THEN: Counts = { requests: 5_000, connections: 3_000, messages: 70_000 };
/**
 * Oversized messages under way are in it. Measured: 39e6, and up to 100e6 where others take the cores, since garbage then lies about for longer; and
 * after 400,000 messages memory is where it is after 130,000.
 */
const GROWTH_BYTES_MAX = 150e6;
/** So many at least speak of leases that are not, or no longer, their sender's: the storm does not break at the door. */
const STALE_MIN = 10_000;

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

test("[H1] [H7] 100,000 malformed, oversized, out-of-order and replayed messages disturb nobody", async () => {
  const serving = await stage.serve();
  stage.work(serving, { name: "honest" });
  const [before] = await until("the honest client", async () => {
    const volunteers = await serving.grid.volunteers();
    return volunteers.length === 1 && volunteers;
  });
  const honest = await honestWork(serving);
  const bait = await baitJob(serving);
  const storm = (counts: Counts, seed: number) => stormOf(serving, { counts, seed, spared: honest.atom });

  const said = [await storm(FIRST, SEED)];
  const growth = await growthDuring(serving, async () => {
    said.push(await storm(THEN, SEED + 1_000_000));
  });
  const all = (of: keyof Counts) => said.reduce((sum, counts) => sum + counts[of], 0);
  expect(all("requests")).toBeGreaterThanOrEqual(6_000);
  expect(all("connections")).toBeGreaterThanOrEqual(4_000);
  expect(all("requests") + all("connections") + all("messages")).toBeGreaterThanOrEqual(100_000);
  expect(growth).toBeLessThan(GROWTH_BYTES_MAX);

  await bait.cancel();
  await honest.end();
  expect(await serving.grid.volunteers()).toContainEqual({ ...before, busy: expect.any(Number) });
  expect((await fetch(`${serving.url}/readyz`)).status).toBe(200);
  const stats = (await (await fetch(`${serving.url}/api/v1/stats`)).json()) as StatsView;
  expect(stats.staleReports).toBeGreaterThan(STALE_MIN);
  expect(serving.errors()).not.toMatch(/_bug|unreadable/);
}, 240_000);

async function stormOf(
  { url, port, token }: Serving,
  { counts, seed, spared }: { counts: Counts; seed: number; spared: string },
): Promise<Counts> {
  const [answers, connections, messages] = await Promise.all([
    hostileRequests(port, { count: counts.requests, seed, token }),
    ownConnections(port, { count: counts.connections, seed }),
    hostileSessions({ url, spared, count: counts.messages, seed }),
  ]);
  // Whoever is told to wait was not heard.
  expect(answers.get("too_many_requests") ?? 0).toBeLessThan(counts.requests / 2);
  return { requests: [...answers.values()].reduce((sum, times) => sum + times, 0), connections, messages };
}

const ELECTRONS = 300;

/** One job after the other until `end`: each gives the right answer, and its reader all of its events. */
async function honestWork({ grid }: Serving) {
  const { id: atom } = await grid.publish(
    'export default { name: "honest", async process({ from }) { await new Promise((resolve) => setTimeout(resolve, 5)); return from; } };',
  );
  const input = { range: { from: 0, to: ELECTRONS, chunk: 1 } };
  let ending = false;
  const working = (async () => {
    while (!ending) {
      const job = await grid.submit<number>({ atom, input, reduce: "sum", keep: true, policy: { priority: "high" } });
      const kinds: string[] = [];
      for await (const { kind } of job.events()) kinds.push(kind);
      expect(kinds).toEqual(["queued", "running", "block", "succeeded"]);
      expect(await job.result()).toBe((ELECTRONS * (ELECTRONS - 1)) / 2);
    }
  })();
  working.catch(() => {}); // `end` tells
  const end = () => {
    ending = true;
    return working;
  };
  return { atom, end };
}

/** What hostile sessions are given, who may do with it what they will. */
async function baitJob({ grid }: Serving) {
  const atom = await grid.publish('export default { name: "bait", process: () => 1 };');
  const input = { range: { from: 0, to: 1e9, chunk: 1 } };
  return grid.submit<number>({ atom: atom.id, input, reduce: "sum", policy: { onFailure: { tolerate: 1 } } });
}
