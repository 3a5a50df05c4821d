/** `npm run screenshots`: opens the pages of a real grid at work, and puts pictures of them into docs/images. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "@playwright/test";
import { bundleAtom } from "@valence/client-node/bundle";
import type { Grid } from "@valence/client-node/sdk/grid";
import type { Job } from "@valence/client-node/sdk/job";
import { findChromium } from "./browser/chromium.js";
import { type Serving, Stage, until } from "./processes.js";
import { smallPng } from "./small-png.js";

const IMAGES = new URL("../../docs/images/", import.meta.url);
const EXAMPLES = new URL("../../examples/", import.meta.url);
const SCHEMES = ["light", "dark"] as const;
const DESK = { viewport: { width: 1200, height: 1040 }, deviceScaleFactor: 1.5 };
const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
/** A README is read on slow lines, too. */
const BYTES_MAX = 150_000;
const PORT = 8080;
/** Below the last thing on a page, which is cut there. */
const MARGIN = 32;
const DARTS = 2e9;
/** Far enough for a picture; half a minute for two cores. */
const WAY_DARTS = 8e8;
const WAY_MS_MAX = 300_000;

type Scheme = (typeof SCHEMES)[number];
type Look = { readonly name: string; readonly scheme: Scheme };

/** One picture of each page in each scheme, taken of the same grid. */
async function takeAll(): Promise<void> {
  const stage = await Stage.open();
  const browser = await chromium.launch({ executablePath: findChromium() });
  try {
    const env = { VALENCE_OPERATOR: "Example Observatory" };
    const serving = await stage.serve({ port: PORT, env }).catch(() => stage.serve({ env }));
    for (const name of ["node-1", "node-2"]) stage.work(serving, { name });
    await workBefore(serving.grid);
    const job = await submitPi(serving.grid, "π by darts");
    await takeJob(browser, serving, job);
    await takePhone(browser, serving, job);
    await submitPi(serving.grid, "π to six digits", 1e12);
    for (const scheme of SCHEMES) await takeList(browser, serving, scheme);
    for (const scheme of SCHEMES) await takeLending(browser, serving, scheme);
  } finally {
    await browser.close();
    await stage.close();
  }
}

/** What a list of jobs looks like after a while. */
async function workBefore(grid: Grid): Promise<void> {
  const primes = await publish(grid, "prime-count/atom.ts");
  const range = { from: 0, to: 2e7, chunk: 5e5 };
  await (
    await grid.submit({ name: "Primes below 20 million", atom: primes, input: { range }, reduce: "sum" })
  ).result();
  await (await submitTexts(grid)).result();
  const early = await submitPi(grid, "π, with a seed that nobody wanted");
  await until("a first result", async () => (await early.view()).progress.done > 0);
  await early.cancel();
  const more = { from: 2e7, to: 9e9, chunk: 5e6 };
  const later = await grid.submit({
    name: "Primes below nine billion",
    atom: primes,
    input: { range: more },
    reduce: "sum",
  });
  await until("a first result", async () => (await later.view()).progress.done > 0);
  await later.pause();
}

async function submitTexts(grid: Grid): Promise<Job<unknown>> {
  const atom = await publish(grid, "text-stats/atom.ts");
  const pages = ["../README.md", "../SECURITY.md", "../docs/ARCHITECTURE.md", "../docs/SPEC.md"];
  const list = await Promise.all(pages.map((page) => readFile(new URL(page, EXAMPLES), "utf8")));
  return grid.submit({
    name: "Words of the documentation",
    atom,
    input: { list },
    reduce: { lines: "sum", words: "sum" },
  });
}

async function submitPi(grid: Grid, name: string, darts = DARTS): Promise<Job<unknown>> {
  const atom = await publish(grid, "monte-carlo-pi/atom.ts");
  return grid.submit({ name, atom, input: { range: { from: 0, to: darts, chunk: 1e6 } }, reduce: "mean", seed: 314 });
}

async function publish(grid: Grid, path: string): Promise<string> {
  return (await grid.publish(await bundleAtom(fileURLToPath(new URL(path, EXAMPLES))))).id;
}

/** Opened at its beginning, so that its way to the answer can be seen. */
async function takeJob(browser: Browser, serving: Serving, job: Job<unknown>): Promise<void> {
  const pages = await Promise.all(SCHEMES.map((colorScheme) => browser.newPage({ ...DESK, colorScheme })));
  for (const page of pages) await page.goto(`${serving.url}/jobs/${job.id}#token=${serving.token}`);
  await until("some way", async () => (await job.view()).progress.done > WAY_DARTS, WAY_MS_MAX);
  for (const [i, page] of pages.entries()) await take(page, { name: "job", scheme: SCHEMES[i] ?? "light" });
}

async function takeList(browser: Browser, serving: Serving, colorScheme: Scheme): Promise<void> {
  const page = await browser.newPage({ ...DESK, colorScheme });
  await page.goto(`${serving.url}/jobs`);
  await page.getByRole("row").nth(1).waitFor();
  await take(page, { name: "jobs", scheme: colorScheme });
}

async function takeLending(browser: Browser, serving: Serving, colorScheme: Scheme): Promise<void> {
  const page = await browser.newPage({ ...DESK, colorScheme });
  await page.goto(serving.url);
  await page.getByText("π to six digits").waitFor();
  await take(page, { name: "lend", scheme: colorScheme });
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await until("some time", async () => /Worked for\s+([5-9]|\d\d) s/.test(await page.locator(".totals").innerText()));
  await until("a worker at work", () => page.locator(".workers a").isVisible());
  await take(page, { name: "working", scheme: colorScheme });
  await page.close();
}

async function takePhone(browser: Browser, serving: Serving, job: Job<unknown>): Promise<void> {
  const page = await browser.newPage({ ...PHONE, colorScheme: "light" });
  await page.goto(`${serving.url}/jobs/${job.id}`);
  await page.getByText("Result so far").waitFor();
  await take(page, { name: "phone", scheme: "light" });
  await page.close();
}

async function take(page: Page, { name, scheme }: Look): Promise<void> {
  const { height } = page.viewportSize() ?? DESK.viewport;
  const [width, content] = await page.evaluate(() => {
    const ends = [...document.querySelectorAll("main section")].map(
      (section) => section.getBoundingClientRect().bottom,
    );
    return [
      innerWidth,
      Math.ceil(Math.max(...ends, document.querySelector("main table")?.getBoundingClientRect().bottom ?? 0)),
    ];
  });
  const clip = { x: 0, y: 0, width, height: Math.min(height, content + MARGIN) };
  const png = smallPng(await page.screenshot({ clip, animations: "disabled" }));
  const path = fileURLToPath(new URL(`${name}-${scheme}.png`, IMAGES));
  await writeFile(path, png);
  console.log(`${name}-${scheme}.png`.padEnd(22), `${(png.length / 1_000).toFixed(0)} kB`);
  if (png.length > BYTES_MAX)
    throw new Error(`${path} has ${png.length} bytes; at most ${BYTES_MAX} are allowed (BYTES_MAX).`);
}

await mkdir(IMAGES, { recursive: true });
await takeAll();
