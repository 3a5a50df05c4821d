import type { Page } from "@playwright/test";
import { publish } from "./atoms.js";
import { expect } from "./fixtures.js";
import { agreeAndStart, volunteersOf } from "./lending.js";
import { test } from "./visitor.js";

const OPERATOR = { env: { VALENCE_OPERATOR: "Institute of Physics" } };
const start = (page: Page) => page.getByRole("button", { name: "Start", exact: true });

test("[U1] nothing computes before Start, nor without consent, which is asked for again when it must be", async ({
  stage,
  visit,
}) => {
  const serving = await stage.serve(OPERATOR);
  const page = await visit(serving, "/", { tolerate: /Failed to load resource|WebSocket connection to/ });
  await expect(page.getByText("This grid is run by Institute of Physics.")).toBeVisible();
  await start(page).click();
  await expect(page.getByText("Tick the box first")).toBeVisible();
  await expect(page.getByRole("checkbox")).toBeFocused();
  expect([page.workers().length, page.frames().length]).toEqual([0, 1]);
  expect((await volunteersOf(serving)).length).toBe(0);

  await page.getByRole("checkbox").check();
  await start(page).click();
  await expect(page.getByText("Connected, and waiting for work.")).toBeVisible();
  expect((await volunteersOf(serving)).length).toBe(1);

  await page.reload();
  await expect(page.getByText("You agreed on")).toBeVisible();
  await expect.poll(async () => (await volunteersOf(serving)).length).toBe(0);
  expect([page.workers().length, page.frames().length]).toEqual([0, 1]);
  await start(page).click();
  await expect(page.getByText("Connected, and waiting for work.")).toBeVisible();

  await serving.end("SIGTERM");
  const other = await stage.serve({ port: serving.port, env: { VALENCE_OPERATOR: "Somebody Else" } });
  await page.goto(other.url);
  await expect(page.getByText("This grid is run by Somebody Else.")).toBeVisible();
  await expect(page.getByRole("checkbox")).not.toBeChecked();
});

test("without a name it says whoever runs the host, and what it will compute", async ({ stage, visit }) => {
  const serving = await stage.serve();
  const page = await visit(serving, "/");
  await expect(page.getByText(`whoever runs ${new URL(serving.url).host}`)).toBeVisible();
  await expect(page.getByText("No job runs at the moment.")).toBeVisible();
  const atom = await publish(serving.grid, "patient");
  await serving.grid.submit({ name: "Patience", atom, input: { range: { from: 0, to: 9, chunk: 1 } } });
  await expect(page.getByRole("link", { name: "Patience" })).toBeVisible();
  await expect(page.getByText(`npx --no valence work --url ${serving.url}`)).toBeVisible();
});

test("[U3] a tab that is lent goes on while its visitor looks around, and stops from every page", async ({
  stage,
  visit,
}) => {
  const serving = await stage.serve();
  const atom = await publish(serving.grid, "patient");
  const job = await serving.grid.submit({ name: "Patience", atom, input: { range: { from: 0, to: 1e6, chunk: 1 } } });
  const page = await visit(serving, "/");
  await agreeAndStart(page);
  const worker = page.locator(".workers").getByRole("listitem");
  await expect(worker.getByRole("link", { name: "patient" })).toHaveAttribute("href", `/jobs/${job.id}`);
  await worker.getByRole("link", { name: "patient" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Patience" })).toBeVisible();
  const doneBefore = (await job.view()).progress.done;
  await expect.poll(async () => (await job.view()).progress.done).toBeGreaterThan(doneBefore + 2);

  const bar = page.getByRole("region", { name: "This tab computes" });
  await bar.getByRole("button", { name: "Pause computing" }).click();
  await expect(bar).toContainText("Paused");
  expect((await job.view()).progress.leased).toBe(0);
  await page.getByRole("link", { name: "Jobs", exact: true }).click();
  await bar.getByRole("button", { name: "Resume computing" }).click();
  await expect(bar).toContainText("/s");
  await bar.getByRole("button", { name: "Stop computing" }).click();
  await expect(bar).toBeHidden();
  expect((await volunteersOf(serving)).length).toBe(0);
  await expect.poll(() => [page.workers().length, page.frames().length]).toEqual([0, 1]);
});
