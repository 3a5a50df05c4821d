/** A tab that is not looked at: hidden, frozen, and put away behind another page. */
import { until } from "../processes.js";
import { expect, test } from "./fixtures.js";
import { lend, submitList, volunteersOf } from "./lending.js";
import { ownBrowser } from "./own-browser.js";

test.use({ flags: "plain" });

const TEN_MS = "process(n) { for (const until = Date.now() + 10; Date.now() < until; ); return n; }";

test("a hidden tab goes on computing", async ({ stage }) => {
  const serving = await stage.serve();
  const job = await submitList(serving, TEN_MS, { items: 10_000 });
  const done = async () => (await job.view()).progress.done;
  const own = await ownBrowser();
  try {
    const browser = await own.connect();
    const page = await browser.contexts()[0]!.newPage();
    await page.addInitScript(
      `document.addEventListener("visibilitychange", () => { globalThis.wasHidden ||= document.hidden; });`,
    );
    await lend(page, serving);
    await until("electrons", async () => (await done()) > 0);
    await browser.close();
    await own.coverWithTab();
    const before = await done();
    await until("two hundred more", async () => (await done()) > before + 200);
    expect((await volunteersOf(serving)).length).toBe(1);
    const pages = (await own.connect()).contexts()[0]!.pages();
    const lent = pages.find((each) => each.url().startsWith(serving.url));
    expect(await lent?.evaluate("globalThis.wasHidden")).toBe(true);
  } finally {
    await own.close();
  }
});

test("a page that freezes gives its leases back at once, and begins anew when it is thawed", async ({
  page,
  stage,
}) => {
  const serving = await stage.serve();
  const job = await submitList(serving, TEN_MS, { items: 10_000 });
  await lend(page, serving);
  await until("a tab at work", async () => (await volunteersOf(serving)).some(({ busy }) => busy > 0));
  // Browsers freeze hidden pages only, and Playwright keeps all pages visible: so the page is told, and goes on running.
  await page.evaluate(`document.dispatchEvent(new Event("freeze"))`);
  await until("its end", async () => (await volunteersOf(serving)).length === 0, 3_000);
  expect((await job.view()).progress.leased).toBe(0);
  await page.evaluate(`document.dispatchEvent(new Event("resume"))`);
  const { done } = (await job.view()).progress;
  await until("more electrons", async () => (await job.view()).progress.done > done);
});

test("a page that comes back from the browser's cache goes on, with nothing of before", async ({ page, stage }) => {
  const serving = await stage.serve();
  const job = await submitList(serving, TEN_MS, { items: 10_000 });
  // A browser keeps a page or does not, by circumstances that it does not tell: then the page is opened anew.
  await until("a page that was kept", async () => {
    await lend(page, serving);
    await until("a tab at work", async () => (await volunteersOf(serving)).some(({ busy }) => busy > 0));
    await page.waitForLoadState();
    await page.evaluate(() => Object.assign(globalThis, { marked: true }));
    await page.goto(`${serving.url}/healthz`);
    await until("its leases back", async () => (await job.view()).progress.leased === 0, 3_000);
    await page.goBack({ waitUntil: "commit" });
    return page.evaluate(() => "marked" in globalThis);
  });
  const { done } = (await job.view()).progress;
  await until("more electrons", async () => (await job.view()).progress.done > done);
});
