import { expect, test } from "./fixtures.js";

test("the page of a coordinator opens, asks nobody else, and tries nothing that its policy forbids", async ({
  page,
  stage,
  conduct,
}) => {
  const { url } = await stage.serve();
  await page.goto(url);
  await expect(page.locator("#app")).not.toBeEmpty();
  await page.waitForLoadState("networkidle");
  await expect(page).toHaveTitle(/Valence/);
  expect(conduct.strangers(url)).toEqual([]);
  expect(conduct.violations).toEqual([]);
  expect(conduct.errors).toEqual([]);
});
