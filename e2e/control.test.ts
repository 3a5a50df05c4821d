/** Real processes, told what to do while an atom does not come back by itself. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Running, type Serving, Stage, until } from "./processes.js";

let stage: Stage;
let serving: Serving;
beforeAll(async () => {
  stage = await Stage.open();
  serving = await stage.serve();
});
afterAll(() => stage.close());

/** Never comes back for "hang"; takes a moment for anything else. */
const ATOM = `export default { name: "hang", process(payload) {
  for (const until = Date.now() + 20; payload === "hang" || Date.now() < until; );
  return payload;
} };`;
/** Nothing in these tests ends because its time is up. */
const policy = { timeoutMs: 3_600_000 };

async function submit(list: string[], more: object = {}) {
  await serving.grid.publish(ATOM);
  return serving.grid.submit<string[]>({ atom: "hang", input: { list }, reduce: "collect", policy, ...more });
}

/** The only slot there is computes electron 1 of the job, for ever: its worker is open since electron 0, so what it is granted begins at once. */
async function hanging() {
  const job = await submit(["before", "hang"]);
  await until("the electron that hangs", async () => {
    const { done, leased } = (await job.view()).progress;
    return done === 1 && leased === 1;
  });
  return job;
}

describe("a client with one slot", () => {
  let client: Running;
  beforeAll(() => {
    client = stage.work(serving, { name: "client" });
  });
  afterAll(() => client.end("SIGKILL"));

  test("[S3] a job is cancelled in the middle of an electron that never returns, and the slot works on", async () => {
    const job = await hanging();
    const next = await submit(["a", "b"]);
    expect(await job.cancel()).toMatchObject({ state: "cancelled", progress: { skipped: 1, leased: 0 } });
    expect(await next.result()).toEqual(["a", "b"]);
  });

  test("[S2] a pause lets the running electron end and starts nothing; resumed, the job goes on", async () => {
    const list = Array.from({ length: 100 }, (_, i) => `item ${i}`);
    const job = await submit(list);
    await until("a few", async () => (await job.view()).progress.done > 10);
    await job.pause();
    const paused = await until("what runs to end", async () => {
      const view = await job.view();
      return view.progress.leased === 0 && view;
    });
    const other = await submit(["a"]);
    expect(await other.result()).toEqual(["a"]);
    expect((await job.view()).progress).toEqual(paused.progress);
    await job.resume();
    expect(await job.result()).toEqual(list);
  });

  test("[S2] [S3] a paused job leaves an electron alone that never returns, and cancelled ends it", async () => {
    const job = await hanging();
    await job.pause();
    const next = await submit(["a"]);
    expect(await job.view()).toMatchObject({ state: "paused", progress: { leased: 1 } });
    expect((await next.view()).progress.done).toBe(0);
    await job.cancel();
    expect(await next.result()).toEqual(["a"]);
  });

  test("[F8] [S3] a retry reopens a job for clients that have forgotten it", async () => {
    const job = await submit(["hang", "a"], {
      policy: { timeoutMs: 200, attemptsMax: 1, onFailure: { tolerate: 0.5 } },
    });
    await until("the end", async () => (await job.view()).state === "succeeded");
    await job.retry();
    const view = await until("the end again", async () => {
      const now = await job.view();
      return now.state === "succeeded" && now;
    });
    expect(view.progress).toMatchObject({ done: 1, dead: 1 });
    const errors: number[] = [];
    for await (const letter of job.deadLetters()) errors.push(letter.errors.length);
    expect(errors).toEqual([2]);
  });
});

test("[X1] whoever watches a job that the only volunteer declines reads that, and what to do", async () => {
  const away = { VALENCE_DATA_DIR: `${stage.dir}/away` }; // from the token: there the atom is a stranger's
  const refusing = stage.run(["work", "--url", serving.url, "--json"], away);
  refusing.process.stdout?.resume();
  const job = await submit(["a"]);
  const watching = stage.run(["job", "watch", job.id, "--url", serving.url]);
  await until("the reason", () => watching.errors().includes("Strangers' atoms are refused by 1 volunteer"));
  expect(watching.errors()).toContain("`--allow-unsandboxed`");
  await refusing.end("SIGTERM");
  await until("the other one", () => watching.errors().includes("No volunteer is connected"));
  await job.cancel();
});

test("[V1] [V3] SIGTERM drains: an electron that never returns is killed, all that was done is there at the next start", async () => {
  const client = stage.work(serving, { name: "other", threads: 2 });
  const job = await submit(["hang", ...Array.from({ length: 20 }, (_, i) => `item ${i}`)]);
  await until("a few", async () => (await job.view()).progress.done > 2);
  const ready = async () => (await fetch(`${serving.url}/readyz`)).status;
  expect(await ready()).toBe(200);
  const ended = serving.end("SIGTERM");
  await until("it to say that it stops", async () => (await ready()) === 503);
  expect(await ended).toBe(0);
  expect(client.process.exitCode).toBeNull();

  serving = await stage.serve({ port: serving.port });
  const again = serving.grid.job(job.id);
  const before = await again.view();
  expect(before.progress).toMatchObject({ leased: 0, waiting: 0, dead: 0 });
  expect(before.progress.done).toBeGreaterThan(2);
  await until("the rest", async () => (await again.view()).progress.done === 20);

  const second = serving.end("SIGTERM");
  await until("it to say that it stops", async () => (await ready()) === 503);
  serving.process.kill("SIGTERM");
  expect(await second).toBe(128 + 15);
});
