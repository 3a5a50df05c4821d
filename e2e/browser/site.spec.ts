import { publish } from "./atoms.js";
import { expect } from "./fixtures.js";
import { lend, submitList } from "./lending.js";
import { ON_PLAIN_HOST, PLAIN_HOST } from "./plain-host.js";
import { expectUsable } from "./usable.js";
import { test } from "./visitor.js";

/** In gzip, with everything that the first page needs to be shown. */
const FIRST_LOAD_BYTES_MAX = 32_000;
/** In gzip, all files until a tab's first electron: 100,000 bytes, less 16,000 for headers, for what the API answers, and for sockets. */
const FIRST_ELECTRON_BYTES_MAX = 84_000;

test("[U3] going from page to page loads no document", async ({ stage, visit }) => {
  const serving = await stage.serve();
  const atom = await publish(serving.grid, "hostile");
  for (let i = 0; i < 40; i++) await serving.grid.submit({ name: `Job ${i}`, atom, input: { list: [1] } });
  const page = await visit(serving, "/");
  await page.evaluate(() => Reflect.set(window, "marked", true));

  await page.getByRole("link", { name: "Jobs", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Jobs" })).toBeFocused();
  await expect(page).toHaveTitle("Jobs · Valence");
  await expect(page.getByRole("link", { name: "Jobs", exact: true })).toHaveAttribute("aria-current", "page");
  await page.getByRole("link", { name: "Job 20" }).scrollIntoViewIfNeeded();
  const top = await page.evaluate(() => scrollY);
  expect(top).toBeGreaterThan(100);
  await page.getByRole("link", { name: "Job 20" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Job 20" })).toBeFocused();
  expect(await page.evaluate(() => scrollY)).toBe(0);
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Jobs" })).toBeFocused();
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(top);

  await page.getByRole("link", { name: "Older" }).click();
  await expect(page.getByRole("link", { name: "Job 0", exact: true })).toBeVisible();
  await page.getByRole("link", { name: "Succeeded" }).click();
  await expect(page.getByText("No job is succeeded now.")).toBeVisible();
  await expect(page).toHaveURL(`${serving.url}/jobs?state=succeeded`);
  await page.goBack();
  await page.goBack();
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Lend this tab" })).toBeFocused();
  await page.goForward();
  await expect(page.getByRole("link", { name: "Job 39" })).toBeVisible();
  expect(await page.evaluate(() => Reflect.get(window, "marked"))).toBe(true);
});

test("a token leaves the address at once, lasts as long as the tab, and is dropped when nobody knows it", async ({
  stage,
  visit,
}) => {
  const serving = await stage.serve();
  const page = await visit(serving, "/jobs", { token: true, tolerate: /status of 403/ });
  await expect(page.getByRole("button", { name: "Token held" })).toBeVisible();
  expect(page.url()).toBe(`${serving.url}/jobs`);
  await page.reload();
  await expect(page.getByRole("button", { name: "Token held" })).toBeVisible();
  await page.evaluate(() => {
    location.hash = "#token=nobodys";
  });
  await expect(page.getByRole("button", { name: "Token refused" })).toBeVisible();
  await expect(page.getByText("No jobs yet.")).toBeVisible();
  expect(page.url()).toBe(`${serving.url}/jobs`);
});

test("[U5] the first page is small, and everything on it comes from here", async ({ stage, visit }) => {
  const serving = await stage.serve();
  const page = await visit(serving, "/");
  await expect(page.getByRole("button", { name: "Start" })).toBeEnabled();
  const loaded = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
  const files = [page.url(), ...loaded.filter((url) => !url.includes("/api/"))];
  expect(files.length).toBeGreaterThanOrEqual(3);
  const bytes = await compressedBytes(files);
  expect(bytes).toBeGreaterThan(5_000);
  expect(bytes).toBeLessThan(FIRST_LOAD_BYTES_MAX);
});

test("[U9] a first visit is small until its first electron, also on plain HTTP, where browsers take gzip and sign nothing", async ({
  context,
  stage,
}) => {
  const serving = await stage.serve({ env: ON_PLAIN_HOST });
  const paths = new Set<string>();
  context.on("request", (request) => paths.add(new URL(request.url()).pathname));
  const job = await submitList(serving, "process: (n) => n");
  await lend(await context.newPage(), { url: `http://${PLAIN_HOST}:${serving.port}` });
  await job.result();
  const files = [...paths].filter((path) => /^\/(assets|sandbox)\/|^\/$/.test(path));
  expect(files).toContain("/");
  for (const part of ["/assets/index-", "/assets/volunteer-worker-", "/assets/ed25519-", "/sandbox/frame-"]) {
    expect(files.filter((path) => path.startsWith(part))).not.toEqual([]);
  }
  const bytes = await compressedBytes(files.map((path) => serving.url + path));
  expect(bytes).toBeGreaterThan(FIRST_LOAD_BYTES_MAX);
  expect(bytes).toBeLessThan(FIRST_ELECTRON_BYTES_MAX);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`everyone can use the pages, in the ${colorScheme}`, async ({ stage, visit }) => {
    const serving = await stage.serve({ env: { VALENCE_OPERATOR: "Institute of Physics" } });
    const { grid } = serving;
    const brittle = await publish(grid, "brittle");
    const policy = { attemptsMax: 1, onFailure: { tolerate: 0.9 } };
    const list = [1, 2, 3, 4, 5];
    const dead = await grid.submit({ name: "Brittle", atom: brittle, input: { list }, reduce: "sum", policy });
    stage.work(serving, { name: "client" });
    await dead.result();
    const patient = await publish(grid, "patient");
    const running = await grid.submit({
      atom: patient,
      input: { range: { from: 0, to: 9e9, chunk: 10 } },
      reduce: "mean",
    });
    const page = await visit(serving, "/", { token: true, colorScheme, tolerate: /status of 404/ });
    await expect(page.getByText("Institute of Physics")).toBeVisible();
    await expectUsable(page);
    await page.getByRole("button", { name: "Token held" }).click();
    await expectUsable(page);
    await page.getByRole("button", { name: "Keep it" }).click();
    await page.goto(`${serving.url}/jobs`);
    await expect(page.getByRole("row", { name: /Brittle/ })).toBeVisible();
    await expectUsable(page);
    await page.goto(`${serving.url}/jobs/${dead.id}`);
    await page.getByText("Payloads, tries and stacks").first().click();
    await page.getByText("The code that volunteers run").click();
    await expect(page.getByText('name: "brittle"')).toBeVisible();
    await expectUsable(page);
    await page.goto(`${serving.url}/jobs/${running.id}`);
    await expect(page.getByText("Running", { exact: true })).toBeVisible();
    await page.setViewportSize({ width: 360, height: 640 });
    await expectUsable(page);
    await page.goto(`${serving.url}/jobs/none`);
    await expect(page.getByRole("heading", { name: "No such job" })).toBeVisible();
    await expectUsable(page);
  });
}

/** All of them together, in gzip. */
async function compressedBytes(urls: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const url of urls) {
    const response = await fetch(url, { headers: { "Accept-Encoding": "gzip" } });
    expect([url, response.status]).toEqual([url, 200]);
    await response.arrayBuffer();
    bytes += Number(response.headers.get("content-length"));
  }
  return bytes;
}
