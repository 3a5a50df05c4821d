/** A tab that is lent: what it computes, what it says, and that it ends. */
import type { Page } from "@playwright/test";
import type { Job } from "@valence/client-node/sdk/job";
import { reducerOf } from "@valence/coordinator/core/reduce/reducer-of";
import { type Serving, until } from "../processes.js";
import { expect, test } from "./fixtures.js";
import { agreeAndStart, lend, volunteersOf } from "./lending.js";
import { ON_PLAIN_HOST, PLAIN_HOST } from "./plain-host.js";

/** Some 10 ms of work for each electron. */
const SLOW = "const until = Date.now() + 10; while (Date.now() < until);";
/** Doubles of very different size and sign: their sum depends on the order of adding, unless it is exact. */
const AWKWARD = `export default { name: "doubles", process({ from }) { ${SLOW} return ((from * 7919) % 1009 - 504.5) * 10 ** ((from * 31) % 40 - 20) / 3; } };`;
const awkward = (from: number) => ((((from * 7919) % 1009) - 504.5) * 10 ** (((from * 31) % 40) - 20)) / 3;

/** How many electrons the page says that it has computed. */
async function electronsShown(page: Page): Promise<number> {
  const text = await page.locator("dt:text-is('Electrons') + dd").innerText();
  return Number(text.replaceAll(",", ""));
}

async function submit(serving: Serving, source: string, total: number) {
  const atom = await serving.grid.publish(source);
  const input = { range: { from: 0, to: total, chunk: 1 } };
  return serving.grid.submit({ atom: atom.id, input, reduce: "sum", keep: true });
}

/** The volunteers that have computed something of the job, once it has ended. */
async function computersOf(job: Job): Promise<ReadonlySet<string>> {
  const volunteers = new Set<string>();
  for await (const { volunteer } of job.results()) volunteers.add(volunteer);
  return volunteers;
}

test("[E5] [K1] two tabs and a Node client compute one sum to the bit, though one tab is closed and the client is killed", async ({
  browser,
  stage,
}) => {
  const electrons = 600;
  const serving = await stage.serve();
  const client = stage.work(serving, { name: "client" });
  // A profile each, so that each is a volunteer of its own in the results.
  const [closed, stays] = [await browser.newPage(), await browser.newPage()];
  await lend(closed, serving);
  await lend(stays, serving);
  await until("all three", async () => (await volunteersOf(serving)).length === 3);
  // Their workers stay open for the next job of the atom: each has its part of it from the beginning, however slow the machine is at opening them.
  await until("all three at work", async () => (await computersOf(await submit(serving, AWKWARD, 60))).size === 3);
  const job = await submit(serving, AWKWARD, electrons);
  const done = (share: number) => async () => (await job.view()).progress.done > share * electrons;
  await until("a third", done(1 / 3));
  await closed.close();
  await until("half", done(1 / 2));
  await client.end("SIGKILL");
  const reducer = reducerOf("sum");
  let serial = reducer.empty();
  for (let electron = 0; electron < electrons; electron++)
    serial = reducer.fold(serial, { value: awkward(electron), electron });
  expect(await job.result()).toBe(reducer.read(serial));
  const seen: number[] = [];
  for await (const { electron } of job.results()) seen.push(electron);
  expect(seen).toEqual(Array.from({ length: electrons }, (_, i) => i));
  expect((await computersOf(job)).size).toBe(3);
  await stays.close();
});

test("nothing computes before Start, and Stop ends all of it at once", async ({ page, stage, conduct }) => {
  const serving = await stage.serve();
  const job = await submit(serving, AWKWARD, 100_000);
  await page.goto(serving.url);
  await page.waitForLoadState("networkidle");
  expect([page.workers().length, page.frames().length]).toEqual([0, 1]);
  expect(await volunteersOf(serving)).toEqual([]);
  expect((await job.view()).state).toBe("queued");

  await agreeAndStart(page);
  await until("electrons from the tab", async () => (await job.view()).progress.done > 20);
  expect(page.frames().length).toBe(2);

  await page.getByRole("button", { name: "Stop", exact: true }).click();
  // A tenth of a second on a quiet machine; a link that was only cut would keep its session for five.
  await until("the end of all workers", () => page.workers().length === 0 && page.frames().length === 1, 4_000);
  await until("the end of the session", async () => (await volunteersOf(serving)).length === 0, 4_000);
  await until("the end of its leases", async () => (await job.view()).progress.leased === 0);
  expect([conduct.strangers(serving.url), conduct.violations, conduct.errors]).toEqual([[], [], []]);
});

test("[G3] a tab that is closed, left or loaded anew gives its leases back at once", async ({ context, stage }) => {
  const serving = await stage.serve();
  await submit(serving, AWKWARD, 100_000);
  const ways = [(page: Page) => page.close(), (page: Page) => page.goto("about:blank"), (page: Page) => page.reload()];
  for (const leave of ways) {
    const page = await context.newPage();
    await lend(page, serving);
    await until("a tab at work", async () => (await volunteersOf(serving)).some(({ busy }) => busy > 0));
    await leave(page);
    // A cut link would keep its leases for five seconds, a frozen one for fifteen.
    await until("its end", async () => (await volunteersOf(serving)).length === 0, 3_000);
    await page.close();
  }
});

test("[K2] a tab delivers what it had when the coordinator comes back, and goes on without being loaded anew", async ({
  page,
  stage,
}) => {
  const total = 700;
  let serving = await stage.serve();
  const source = `export default { name: "clock", process() { ${SLOW} return Date.now(); } };`;
  const { id } = await submit(serving, source, total);
  await lend(page, serving);
  await page.evaluate(() => Object.assign(globalThis, { marked: true }));
  await until("leases of many electrons", async () => (await serving.grid.job(id).view()).progress.done > 100);
  await serving.end("SIGKILL");
  const away = Date.now();
  await until("the tab notices", async () => (await page.getByText(/delivers? (it )?later/).count()) > 0);
  const noticed = await electronsShown(page);
  await until("twenty electrons more", async () => (await electronsShown(page)) > noticed + 20);
  const back = Date.now();
  serving = await stage.serve({ port: serving.port });
  const job = serving.grid.job(id);
  await job.result();
  const meanwhile: number[] = [];
  for await (const { result } of job.results<number>()) if (result > away && result < back) meanwhile.push(result);
  expect(meanwhile.length).toBeGreaterThanOrEqual(20);
  expect((await job.view()).progress.done).toBe(total);
  expect(await page.evaluate(() => "marked" in globalThis)).toBe(true);
});

test("[H6] tabs of one browser are one volunteer, also on plain HTTP, where browsers keep no keys", async ({
  context,
  stage,
}) => {
  const serving = await stage.serve({ env: ON_PLAIN_HOST });
  for (let tab = 0; tab < 2; tab++) {
    const page = await context.newPage();
    await lend(page, { url: `http://${PLAIN_HOST}:${serving.port}` });
    expect(await page.evaluate("isSecureContext")).toBe(false);
  }
  await until("both", async () => (await volunteersOf(serving)).length === 2);
  const names = (await volunteersOf(serving)).map(({ volunteer }) => volunteer);
  expect(new Set(names).size).toBe(1);
});
