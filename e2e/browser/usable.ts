/** Whether people can use a page who see, point or read otherwise than its maker. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { expect } from "./fixtures.js";

const AXE = fileURLToPath(import.meta.resolve("axe-core/axe.min.js"));

type Violation = { readonly id: string; readonly nodes: readonly { readonly html: string }[] };

/** What axe finds: contrast, names, roles, landmarks and more. */
export async function expectUsable(page: Page): Promise<void> {
  await page.evaluate(await readFile(AXE, "utf8"));
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
  expect(violations).toEqual([]);
}
