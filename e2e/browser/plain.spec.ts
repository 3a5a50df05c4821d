import { expect, test } from "./fixtures.js";
import { smallSite } from "./small-site.js";

test.use({ flags: "plain" });

test("without Playwright's flags a sandboxed frame has a process of its own", async ({ page }) => {
  const { url, close } = await smallSite({
    "/": { type: "text/html", body: `<iframe sandbox="allow-scripts" src="/frame.html"></iframe>` },
    "/frame.html": { type: "text/html", policy: "sandbox allow-scripts", body: "<p>frame</p>" },
  });
  await page.goto(url);
  await page.frameLocator("iframe").getByText("frame").waitFor();
  const [frame] = page.mainFrame().childFrames();
  // Only what is in a process of its own has a session of its own.
  await page.context().newCDPSession(frame!);
  await close();
});

test("without Playwright's flags the page of a coordinator opens as well", async ({ page, stage, conduct }) => {
  const { url } = await stage.serve();
  await page.goto(url);
  await expect(page.locator("#app")).not.toBeEmpty();
  expect([conduct.strangers(url), conduct.violations, conduct.errors]).toEqual([[], [], []]);
});
