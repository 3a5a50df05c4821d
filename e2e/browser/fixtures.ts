/**
 * What browser tests begin with: real processes, a real Chromium, and a page whose conduct is watched. Import `test` and
 * `expect` from here.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, test as base, chromium } from "@playwright/test";
import { Stage } from "../processes.js";
import { type Conduct, watchConduct } from "./conduct.js";
import { PLAIN_HOST_IS_HERE } from "./plain-host.js";

export { expect } from "@playwright/test";

/**
 * Playwright's own flags keep a browser quiet and its timers running. Without them it is as people have it: background tabs
 * are slowed down, and what is isolated for them is isolated here.
 */
export type Flags = "playwright" | "plain";

type ForTest = {
  /** Everything that runs in it has ended when the test has. */
  readonly stage: Stage;
  /** Of the test's `page`, from its first request on. */
  readonly conduct: Conduct;
};
type ForFile = {
  readonly flags: Flags;
  /** More flags of Chromium's. */
  readonly args: string[];
};

export const test = base.extend<ForTest, ForFile>({
  flags: ["playwright", { scope: "worker", option: true }],
  args: [[], { scope: "worker", option: true }],
  browser: [
    async ({ flags, args }, use) => {
      const opened = await openChromium(flags, args);
      await use(opened.browser);
      await opened.close();
    },
    { scope: "worker" },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that one needs from the pattern.
  stage: async ({}, use) => {
    const stage = await Stage.open();
    await use(stage);
    await stage.close();
  },
  conduct: async ({ page }, use) => {
    await use(await watchConduct(page));
  },
});

type Opened = { readonly browser: Browser; close(): Promise<void> };

/** The Chromium that was found, with a profile of its own. */
async function openChromium(flags: Flags, more: readonly string[]): Promise<Opened> {
  const args = [PLAIN_HOST_IS_HERE, ...more];
  const executablePath = process.env.CHROMIUM_PATH ?? "";
  if (flags === "playwright") {
    const browser = await chromium.launch({ executablePath, args });
    return { browser, close: () => browser.close() };
  }
  const profile = await mkdtemp(join(tmpdir(), "valence-chromium-"));
  const browser = await chromium.launch({
    executablePath,
    ignoreDefaultArgs: true,
    args: [...plainArgs(profile), "--remote-debugging-pipe", ...args],
  });
  return {
    browser,
    close: async () => {
      await browser.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** The least that a machine without a screen needs, and calls to nobody; like Playwright's, without the system's sandbox. */
export function plainArgs(profile: string): string[] {
  const quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  return ["--headless", `--user-data-dir=${profile}`, "--no-sandbox", ...quiet];
}
