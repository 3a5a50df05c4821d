import type { Page } from "@playwright/test";
import { expect } from "./fixtures.js";
import { expectUsable } from "./usable.js";
import { test } from "./visitor.js";

type Description = {
  readonly paths: Record<
    string,
    Record<string, { operationId: string; summary: string; responses: Record<string, object> }>
  >;
  readonly components: { readonly schemas: Record<string, object> };
};

/** Every word that the page shows, as a browser would find it. */
const textOf = (page: Page) => page.locator("main").innerText();

test("[U5] /docs shows all that /openapi.json describes, and asks no other host for it", async ({ stage, visit }) => {
  const serving = await stage.serve();
  const description: Description = await (await fetch(`${serving.url}/openapi.json`)).json();
  const page = await visit(serving, "/docs");
  await expect(page.getByRole("heading", { level: 1, name: "Interface" })).toBeVisible();
  await expect(page).toHaveTitle("Interface · Valence");
  for (const [path, methods] of Object.entries(description.paths)) {
    await expect(page.locator("main")).toContainText(path);
    for (const { operationId, summary } of Object.values(methods)) {
      await expect(page.locator(`#${operationId}`)).toContainText(`curl -sSf`);
      await expect(page.getByRole("heading", { level: 3, name: summary, exact: true })).toBeVisible();
    }
  }
  for (const name of Object.keys(description.components.schemas)) await expect(page.locator(`#${name}`)).toBeVisible();
  expect(await textOf(page)).not.toMatch(/undefined|\[object/);
});

test("a link to a part of it leads there, also as the first page, and back leads back", async ({ stage, visit }) => {
  const serving = await stage.serve();
  const page = await visit(serving, "/docs#unknown_job");
  await expect(page.locator("#unknown_job")).toBeInViewport();
  await page.locator("#submitJob").getByRole("link", { name: "JobRequest" }).click();
  await expect(page.locator("#JobRequest")).toBeInViewport();
  await page.goBack();
  await expect(page.locator("#JobRequest")).not.toBeInViewport();
  await page.getByRole("link", { name: "Jobs", exact: true }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Jobs" })).toBeVisible();
});

test("the command of a request is copied as it is typed, for the address at which the visitor is", async ({
  stage,
  visit,
}) => {
  const serving = await stage.serve();
  const page = await visit(serving, "/docs", { permissions: ["clipboard-read", "clipboard-write"] });
  await page.locator("#getJob").getByRole("button").click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(`curl -sSf "${serving.url}/api/v1/jobs/$id"`);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`it is usable, ${colorScheme}, and fits a phone`, async ({ stage, visit }) => {
    const page = await visit(await stage.serve(), "/docs", { colorScheme });
    await expect(page.getByRole("heading", { level: 3, name: "Submit a job" })).toBeVisible();
    await expectUsable(page);
    await page.setViewportSize({ width: 360, height: 640 });
    await expectUsable(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
}
