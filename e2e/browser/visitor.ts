/** A visitor before a real coordinator, who looks at one page after the other; nothing may go wrong on any of them. */
import type { BrowserContextOptions, Page } from "@playwright/test";
import type { Serving } from "../processes.js";
import { type Conduct, watchConduct } from "./conduct.js";
import { test as base, expect } from "./fixtures.js";

type VisitOptions = BrowserContextOptions & {
  /** Come with the operator's token. */
  readonly token?: boolean;
  /** Errors that the test brings about itself: a browser complains of every refusal. */
  readonly tolerate?: RegExp;
};
type Fixtures = {
  /** A page at the path, in a browser of its own. */
  readonly visit: (serving: Serving, path: string, options?: VisitOptions) => Promise<Page>;
};
type Visited = { readonly url: string; readonly conduct: Conduct; readonly tolerate: RegExp | undefined };

export const test = base.extend<Fixtures>({
  visit: async ({ browser }, use) => {
    const visited: Visited[] = [];
    await use(async (serving, path, { token = false, tolerate, ...options } = {}) => {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      visited.push({ url: serving.url, conduct: await watchConduct(page), tolerate });
      await page.goto(serving.url + path + (token ? `#token=${serving.token}` : ""));
      return page;
    });
    for (const { url, conduct, tolerate } of visited) {
      expect(conduct.strangers(url)).toEqual([]);
      expect(conduct.violations).toEqual([]);
      expect(conduct.errors.filter((error) => !tolerate?.test(error))).toEqual([]);
    }
  },
});
