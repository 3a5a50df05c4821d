import { expect, test } from "./fixtures.js";
import { type Answers, smallSite } from "./small-site.js";

/** A page that misbehaves in each way, with a frame and a worker that do, too. */
const BUSY: Answers = {
  "/": {
    type: "text/html",
    policy: "default-src 'self'; img-src http://localhost:*",
    body: `<title>busy</title><img src="http://localhost:9999/image"><script src="/script.js"></script>
      <iframe sandbox="allow-scripts" src="/frame.html"></iframe>`,
  },
  "/script.js": {
    type: "text/javascript",
    body: `try { new Function("1"); } catch {}
      new Worker("/worker.js").onmessage = () => { document.title = "done"; };
      throw new Error("nobody catches this");`,
  },
  "/worker.js": {
    type: "text/javascript",
    policy: "default-src 'self'",
    body: `fetch("http://localhost:9999/worker").catch(() => {}).then(() => postMessage("tried"));`,
  },
  "/frame.html": {
    type: "text/html",
    policy: "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'",
    body: `<p>frame</p><script>fetch("http://localhost:9999/frame").catch(() => {});</script>`,
  },
};

test("what a page, its frames and its workers must not do is seen", async ({ page, conduct }) => {
  const { url, close } = await smallSite(BUSY);
  await page.goto(url);
  await expect(page).toHaveTitle("done");
  await expect.poll(() => conduct.strangers(url)).toContain("http://localhost:9999/image");
  for (const what of [/^script-src: text as code$/, /localhost:9999\/worker/, /localhost:9999\/frame/]) {
    await expect.poll(() => conduct.violations, String(what)).toContainEqual(expect.stringMatching(what));
  }
  await expect.poll(() => conduct.errors).toContain("Error: nobody catches this");
  expect(conduct.strangers(url).filter((asked) => asked.startsWith(url))).toEqual([]);
  await close();
});
