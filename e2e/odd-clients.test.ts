/** Clients on machines that sleep, and whose clocks are wrong: the grid computes as if they were like all others. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Running, type Serving, Stage, until } from "./processes.js";

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

const ELECTRONS = 200;
const SUM = (ELECTRONS * (ELECTRONS - 1)) / 2;
/** Each electron takes some 20 ms, and leaves the machine to others. */
const SLOW = "await new Promise((resolve) => setTimeout(resolve, 20));";

async function submit({ grid }: Serving, electrons = ELECTRONS) {
  const atom = await grid.publish(`export default { name: "same", async process({ from }) { ${SLOW} return from; } };`);
  const input = { range: { from: 0, to: electrons, chunk: 1 } };
  return grid.submit<number>({ atom: atom.id, input, reduce: "sum", keep: true });
}

/** Who computed each electron, in their order. */
async function volunteersOf(job: Awaited<ReturnType<typeof submit>>): Promise<string[]> {
  const volunteers: string[] = [];
  for await (const { electron, volunteer } of job.results()) {
    expect(electron).toBe(volunteers.length);
    volunteers.push(volunteer);
  }
  return volunteers;
}

function signal({ process: { pid } }: Running, name: NodeJS.Signals): void {
  if (pid !== undefined) process.kill(pid, name);
}

test("[K6] a client that slept for longer than it is waited for wakes, drops what came too late, and works as before", async () => {
  const serving = await stage.serve();
  const sleeper = stage.work(serving, { name: "sleeper" });
  const job = await submit(serving);
  await until("a lease of several electrons", async () => (await job.view()).progress.leased > 20);
  signal(sleeper, "SIGSTOP");
  await until("the silence to be noticed", async () => (await serving.grid.volunteers()).length === 0);
  const other = stage.work(serving, { name: "other" });
  expect(await job.result()).toBe(SUM);
  expect(new Set(await volunteersOf(job)).size).toBe(2);
  expect(await other.end("SIGTERM")).toBe(0);

  signal(sleeper, "SIGCONT");
  await until("it to be back", async () => (await serving.grid.volunteers()).length === 1);
  const next = await submit(serving);
  expect(await next.result()).toBe(SUM);
  expect(await volunteersOf(next)).toHaveLength(ELECTRONS);
  expect((await job.view()).result).toBe(SUM);
  expect(await sleeper.end("SIGTERM")).toBe(0);
}, 120_000);

test("[K7] clients whose clocks are years off, or jump by years, compute and report as any other", async () => {
  const serving = await stage.serve();
  const dates = ["now() + 3e11", "now() - 8e11", "now() + (Math.floor(performance.now() / 500) % 2) * 3e11"];
  // One after the other, so that each computes a whole job.
  for (const [n, date] of dates.entries()) {
    const shift = `const now = Date.now; Date.now = () => Math.round(${date.replace("now()", "now.call(Date)")});`;
    const whole = `${shift} globalThis.Date = class extends Date { constructor(...a) { a.length ? super(...a) : super(Date.now()); } };`;
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(whole)}` };
    const client = stage.work(serving, { name: `client-${n}`, env });
    const job = await submit(serving, 50);
    expect(await job.result()).toBe((50 * 49) / 2);
    expect(new Set(await volunteersOf(job)).size).toBe(1);
    const { createdAt, endedAt } = await job.view();
    for await (const { start, end } of job.results()) {
      expect(Date.parse(start)).toBeGreaterThanOrEqual(Date.parse(createdAt) - 1_000);
      expect(Date.parse(end)).toBeLessThanOrEqual(Date.parse(endedAt ?? ""));
    }
    expect(await client.end("SIGTERM")).toBe(0);
  }
}, 60_000);
