import type { Page } from "@playwright/test";
import { MARKUP, publish } from "./atoms.js";
import { expect } from "./fixtures.js";
import { test } from "./visitor.js";

/** A browser says so in its console by itself, whoever the page asks. */
const AWAY = /Failed to load resource|WebSocket connection to/;

test("[U4] the list and the page of a job follow it to its end", async ({ stage, visit }) => {
  const serving = await stage.serve();
  const atom = await publish(serving.grid, "patient");
  const page = await visit(serving, "/jobs");
  await expect(page.getByText("No jobs yet.")).toBeVisible();

  const input = { range: { from: 0, to: 40, chunk: 1 } };
  const job = await serving.grid.submit({ name: "Patience", atom, input, reduce: "sum" });
  const row = page.getByRole("row", { name: /Patience/ });
  await expect(row).toContainText("Queued");
  stage.work(serving, { name: "client" });
  await expect(row).toContainText("Running");
  await expect(row).toContainText(/[1-9]\d?\.\d %/);

  await page.getByRole("link", { name: "Patience" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Patience" })).toBeVisible();
  await expect(page.getByText("Running", { exact: true })).toBeVisible();
  await expect(page).toHaveTitle(/^\d+\.\d % Patience/);
  expect(await job.result()).toBe(40);
  await expect(page.getByText("Succeeded", { exact: true })).toBeVisible();
  await expect(page.getByText("40 of 40 items")).toBeVisible();
  await expect(region(page, "Result")).toContainText("40");

  await page.getByRole("link", { name: "← Jobs" }).click();
  await expect(row).toContainText("Succeeded");
  await expect(row).toContainText("100 %");
});

test("[U4] after the coordinator was killed and came back, the page is right again", async ({ stage, visit }) => {
  const serving = await stage.serve();
  const atom = await publish(serving.grid, "patient");
  const input = { range: { from: 0, to: 40, chunk: 1 } };
  const job = await serving.grid.submit({ atom, input, reduce: "sum" });
  stage.work(serving, { name: "client" });
  const page = await visit(serving, `/jobs/${job.id}`, { tolerate: AWAY });
  await expect(page.getByText("Running", { exact: true })).toBeVisible();

  await serving.end("SIGKILL");
  await expect(page.getByText("What you see is from before")).toBeVisible();
  await expect(page.getByText("Running", { exact: true })).toBeVisible();
  await stage.serve({ port: serving.port });
  await expect(page.getByText("What you see is from before")).toBeHidden();
  await expect(page.getByText("40 of 40 items")).toBeVisible({ timeout: 60_000 });
  await expect(region(page, "Result")).toContainText("40");
});

test("[U4] a job that ends while nobody looks has ended when somebody looks again", async ({ stage, visit }) => {
  const serving = await stage.serve();
  const atom = await publish(serving.grid, "patient");
  const job = await serving.grid.submit({ atom, input: { range: { from: 0, to: 4, chunk: 1 } }, reduce: "sum" });
  const page = await visit(serving, `/jobs/${job.id}`, { tolerate: AWAY });
  await expect(page.getByText("Queued", { exact: true })).toBeVisible();
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await page.context().setOffline(true); // as a phone does with pages that nobody sees
  stage.work(serving, { name: "client" });
  await job.result();
  await page.context().setOffline(false);
  await page.evaluate(() => {
    Reflect.deleteProperty(document, "visibilityState");
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await expect(page.getByText("Succeeded", { exact: true })).toBeVisible();
  await expect(page.getByText("4 of 4 items")).toBeVisible();
});

test("[U6] whoever holds the token steers a job, and nobody else is offered to", async ({ stage, visit }) => {
  const serving = await stage.serve();
  const atom = await publish(serving.grid, "patient");
  const job = await serving.grid.submit({ name: "Patience", atom, input: { range: { from: 0, to: 9_000, chunk: 1 } } });
  const stranger = await visit(serving, `/jobs/${job.id}`);
  await expect(stranger.getByText("Queued", { exact: true })).toBeVisible();
  await expect(stranger.getByRole("button", { name: "Pause" })).toHaveCount(0);
  await expect(stranger.getByRole("button", { name: "Cancel" })).toHaveCount(0);

  const owner = await visit(serving, `/jobs/${job.id}`, { token: true });
  await owner.getByRole("button", { name: "Pause" }).click();
  await expect(owner.getByText("The job is paused.", { exact: true }).last()).toBeVisible();
  await expect(owner.getByRole("button", { name: "Resume" })).toBeFocused();
  await expect(stranger.getByText("Paused", { exact: true })).toBeVisible();
  await owner.getByRole("button", { name: "Resume" }).click();
  await expect.poll(async () => (await job.view()).state).toBe("queued");

  await owner.getByRole("button", { name: "Cancel" }).click();
  await owner.getByRole("button", { name: "Leave it as it is" }).click();
  await expect(owner.getByRole("button", { name: "Cancel" })).toBeFocused();
  await owner.getByRole("button", { name: "Cancel" }).click();
  await owner.getByRole("button", { name: "Cancel the job" }).click();
  await expect(stranger.getByText("Cancelled", { exact: true })).toBeVisible();
  await owner.getByRole("button", { name: "Delete" }).click();
  await owner.getByRole("button", { name: "Delete the job" }).click();
  await expect(owner.getByText("The job is deleted.")).toBeVisible();
  await expect(owner).toHaveURL(`${serving.url}/jobs`);
  await expect(owner.getByText("No jobs yet.")).toBeVisible();
});

test("[U6] dead letters are told by what they failed of, and to the owner alone", async ({ stage, visit }) => {
  const serving = await stage.serve();
  const atom = await publish(serving.grid, "brittle");
  const list = Array.from({ length: 20 }, (_, i) => i + 1);
  const policy = { attemptsMax: 1, onFailure: { tolerate: 0.9 } };
  const job = await serving.grid.submit({ atom, input: { list }, reduce: "sum", policy });
  stage.work(serving, { name: "client" });
  const stranger = await visit(serving, `/jobs/${job.id}`);
  await expect(stranger.getByText("8 items have used up their tries.")).toBeVisible();
  await expect(stranger.getByText("is shown to whoever holds the owner's token")).toBeVisible();
  await expect(stranger.getByText("no convergence")).toHaveCount(0);
  const undone = { name: "What is undone" };
  await expect(stranger.getByRole("list", undone)).toContainText("8 items failed for good. Whoever holds its token");

  const owner = await visit(serving, `/jobs/${job.id}`, { token: true });
  const failed = region(owner, "Failed for good");
  await owner.getByRole("list", undone).getByRole("link", { name: "Read why" }).click();
  await expect(failed).toBeInViewport();
  const groups = failed.locator(".groups > li");
  await expect(groups).toHaveCount(2);
  await expect(groups.nth(0)).toContainText("row 4 <b>has</b> no end");
  await expect(groups.nth(0)).toContainText("5× error");
  await expect(groups.nth(1)).toContainText("no convergence");
  await expect(groups.nth(1)).toContainText("3× error");
  await groups.nth(0).getByText("Payloads, tries and stacks").click();
  await expect(groups.nth(0).getByRole("article")).toHaveCount(5);
  await expect(groups.nth(0).getByText(/RangeError: row 4 .*brittle/s)).toBeVisible();
  await owner.getByRole("button", { name: "Retry what failed" }).click();
  await expect(owner.getByText("What failed is tried again.")).toBeVisible();
  await expect.poll(async () => (await job.view()).state).toBe("succeeded");
});

test("[U8] [T2] from its deadline on a job is told to be submitted again, and no retry is offered", async ({
  stage,
  visit,
}) => {
  const serving = await stage.serve();
  const atom = await publish(serving.grid, "brittle");
  const deadline = new Date(Date.now() + 3_600_000).toISOString();
  const policy = { attemptsMax: 1, onFailure: { tolerate: 0.9 }, deadline } as const;
  const job = await serving.grid.submit({ atom, input: { list: [1, 2, 3, 4] }, reduce: "sum", policy });
  stage.work(serving, { name: "client" });
  const owner = await visit(serving, `/jobs/${job.id}`, { token: true });
  const undone = owner.getByRole("list", { name: "What is undone" });
  const retry = owner.getByRole("button", { name: "Retry what failed" });
  await expect(undone).toContainText(/and retry (it|them)\./);
  await expect(retry).toBeVisible();
  await owner.clock.setFixedTime(deadline);
  await expect(undone).toContainText("correct the cause, and submit the job again.");
  await expect(retry).toHaveCount(0);
});

test("[U8] a job that stands still says why, and what one can do about it, until it goes on", async ({
  stage,
  visit,
}) => {
  const serving = await stage.serve();
  const atom = await publish(serving.grid, "patient");
  const job = await serving.grid.submit({ atom, input: { range: { from: 0, to: 9_000, chunk: 1 } } });
  const page = await visit(serving, `/jobs/${job.id}`);
  const why = page.getByRole("list", { name: "Why nothing is running" });
  await expect(why).toContainText("No volunteer is connected.");
  await expect(why.getByRole("link", { name: "Lend this tab" })).toHaveAttribute("href", "/");
  await expect(page.getByText("The job is queued. Nobody is there to work.")).toHaveRole("status");

  const elsewhere = { VALENCE_DATA_DIR: `${stage.dir}/refusing` }; // away from the token, the atom is a stranger's
  const refusing = stage.run(["work", "--url", serving.url, "--json"], elsewhere);
  refusing.process.stdout?.resume();
  await expect(why).toContainText("Strangers' atoms are refused by 1 volunteer");
  stage.work(serving, { name: "client" });
  await expect(page.getByText("Running", { exact: true })).toBeVisible();
  await expect(why).toBeHidden();

  await job.pause();
  await expect(why).toContainText("The job is paused. Whoever holds its token can let it go on.");
  const owner = await visit(serving, `/jobs/${job.id}`, { token: true });
  const hers = owner.getByRole("list", { name: "Why nothing is running" });
  await expect(hers).toContainText("The job is paused: resume it");
  await owner.getByRole("button", { name: "Resume" }).click();
  await expect(hers).toBeHidden();
  await expect(why).toBeHidden();
});

test("[U8] [X2] why a private job stands still is told to whoever may see it", async ({ stage, visit }) => {
  const serving = await stage.serve();
  const atom = await publish(serving.grid, "hostile");
  const job = await serving.grid.submit({ atom, input: { list: [1] }, private: true });
  const page = await visit(serving, `/jobs/${job.id}`, { token: true, tolerate: /status of 404/ });
  await expect(page.getByText("No volunteer is connected.")).toBeVisible();
  await page.getByRole("button", { name: "Token held" }).click();
  await page.getByRole("button", { name: "Forget it" }).click();
  await expect(page.getByRole("heading", { name: "No such job" })).toBeVisible();
  await expect(page.getByText("No volunteer is connected.")).toBeHidden();
});

test("[U2] what strangers called a job, and what it computed, is text", async ({ stage, visit }) => {
  const serving = await stage.serve();
  const atom = await publish(serving.grid, "hostile");
  const name = `${MARKUP}${"long".repeat(20)}`;
  const job = await serving.grid.submit({ name, atom, input: { list: [1, 2] }, reduce: "collect" });
  stage.work(serving, { name: "client" });
  await job.result();
  const page = await visit(serving, "/jobs", { viewport: { width: 360, height: 640 } });
  await page.getByRole("link", { name: MARKUP }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await expect(page).toHaveTitle(`succeeded: ${name} · Valence`);
  await expect(page.getByRole("cell", { name: MARKUP })).toHaveCount(2);
  await expect(page.locator("main :is(img, b)")).toHaveCount(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});

test("[U2] what would show letters in another order than they have is written out", async ({ stage, visit }) => {
  const serving = await stage.serve();
  const atom = await publish(serving.grid, "reversing");
  const policy = { attemptsMax: 1, onFailure: { tolerate: 0.9 } };
  const job = await serving.grid.submit({
    name: "photo \u202egpj.exe",
    atom,
    input: { list: [1, 2] },
    reduce: "collect",
    policy,
  });
  stage.work(serving, { name: "client" });
  await job.result();
  const page = await visit(serving, "/jobs", { token: true });
  await page.getByRole("link", { name: "photo \\u{202e}gpj.exe" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("photo \\u{202e}gpj.exe");
  await expect(page).toHaveTitle("succeeded: photo \\u{202e}gpj.exe · Valence");
  await expect(region(page, "Failed for good")).toContainText("ends \\u{202e}txt.exe");
  await expect(page.getByRole("columnheader", { name: "key \\u{202e}1" })).toBeVisible();
  await expect(page.getByRole("cell", { name: "value \\u{202e}2" })).toBeVisible();
  await page.getByText("The code that volunteers run").click();
  await expect(page.getByText("// \\u{202e}ends as it begins")).toBeVisible();
  await page.getByText("Payloads, tries and stacks").click();
  await expect(page.getByRole("article")).toContainText("Error: ends \\u{202e}txt.exe");
  expect(await page.evaluate(() => /\u202e/.test(document.documentElement.outerHTML))).toBe(false);
});

test("[W5] what a token showed is gone with it, also from pages that were seen before", async ({ stage, visit }) => {
  const serving = await stage.serve();
  const atom = await publish(serving.grid, "hostile");
  const secret = await serving.grid.submit({ name: "Mine", atom, input: { list: [1] }, private: true });
  const open = await serving.grid.submit({ name: "Everyone's", atom, input: { list: [1] } });
  const page = await visit(serving, "/jobs", { token: true, tolerate: AWAY });
  const mine = page.getByRole("link", { name: "Mine" });
  const forget = async () => {
    await page.getByRole("button", { name: "Token held" }).click();
    await page.getByRole("button", { name: "Forget it" }).click();
  };
  await expect(mine).toBeVisible();
  await page.route("**/api/v1/jobs?*", (route) => route.abort()); // nobody answers who could say better
  await forget();
  await expect(mine).toBeHidden();

  const hers = await visit(serving, `/jobs/${secret.id}`, { token: true, tolerate: AWAY });
  await expect(hers.getByRole("heading", { name: "Mine" })).toBeVisible();
  await hers.route("**/api/v1/jobs/*", (route) => route.abort());
  await hers.getByRole("button", { name: "Token held" }).click();
  await hers.getByRole("button", { name: "Forget it" }).click();
  await expect(hers.getByRole("heading", { name: "Mine" })).toBeHidden();

  await page.unroute("**/api/v1/jobs?*");
  await page.goto(`${serving.url}/jobs#token=${serving.token}`);
  await expect(mine).toBeVisible();
  await page.getByRole("link", { name: "Everyone's" }).click();
  await expect(page).toHaveURL(`${serving.url}/jobs/${open.id}`);
  await expect(page.getByRole("heading", { level: 1, name: "Everyone's" })).toBeVisible();
  await forget();
  await page.route("**/api/v1/jobs?*", (route) => route.abort());
  await page.getByRole("link", { name: "← Jobs" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Jobs" })).toBeFocused();
  await expect(mine).toHaveCount(0);
});

test("a job that is not there is one that may be private, and the token shows it", async ({ stage, visit }) => {
  const serving = await stage.serve();
  const atom = await publish(serving.grid, "hostile");
  const job = await serving.grid.submit({ name: "Mine", atom, input: { list: [1] }, private: true });
  const page = await visit(serving, `/jobs/${job.id}`, { tolerate: /status of 40[34]/ });
  await expect(page.getByRole("heading", { name: "No such job" })).toBeVisible();
  await page.getByRole("button", { name: "Token" }).click();
  await page.getByRole("textbox", { name: "Token" }).fill("not this one");
  await page.getByRole("button", { name: "Hold it in this tab" }).click();
  await expect(page.getByText("That is no token")).toBeVisible();
  await page.getByRole("textbox", { name: "Token" }).fill("nobodys");
  await page.getByRole("button", { name: "Hold it in this tab" }).click();
  await expect(page.getByText("This coordinator does not know that token.")).toBeVisible();
  await page.getByRole("textbox", { name: "Token" }).fill(serving.token);
  await page.getByRole("button", { name: "Hold it in this tab" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Mine" })).toBeVisible();
  await page.getByRole("button", { name: "Token held" }).click();
  await page.getByRole("button", { name: "Forget it" }).click();
  await expect(page.getByRole("heading", { name: "No such job" })).toBeVisible();
});

function region(page: Page, name: string) {
  return page.getByRole("region", { name });
}
