/** What a page of ours must not do: ask other hosts, try what its policy forbids, fail. Seen from the browser, so that no page can hide it. */
import type { ConsoleMessage, Page } from "@playwright/test";

/** Grows while the page lives. */
export type Conduct = {
  /** What was asked of any host but that of this address, by pages, frames, workers and sockets; also what was not let through. */
  strangers(home: string): string[];
  /** What a Content-Security-Policy has forbidden; the same thing may stand here in two wordings. */
  readonly violations: readonly string[];
  /** On the console of page and frames, and what nobody caught. */
  readonly errors: readonly string[];
};

const OF_POLICY = /Content Security Policy/;

/** Call it before the page is opened. Chromium only. */
export async function watchConduct(page: Page): Promise<Conduct> {
  const asked: string[] = [];
  const violations: string[] = [];
  const errors: string[] = [];
  page.context().on("request", (request) => asked.push(request.url()));
  page.on("websocket", (socket) => asked.push(socket.url()));
  page.on("console", (message) => {
    if (isViolation(message)) violations.push(message.text());
    else if (message.type() === "error") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  await watchPolicy(page, (violation) => violations.push(violation));
  return { strangers: (home) => asked.filter((url) => isStranger(url, home)), violations, errors };
}

/** What the console does not say: code that was made of text, and what workers tried. */
async function watchPolicy(page: Page, onViolation: (text: string) => void): Promise<void> {
  const session = await page.context().newCDPSession(page);
  session.on("Audits.issueAdded", ({ issue }) => {
    const details = issue.details.contentSecurityPolicyIssueDetails;
    if (details) onViolation(`${details.violatedDirective}: ${details.blockedURL ?? "text as code"}`);
  });
  session.on("Log.entryAdded", ({ entry }) => {
    if (entry.source === "worker" && OF_POLICY.test(entry.text)) onViolation(entry.text);
  });
  await session.send("Audits.enable");
  await session.send("Log.enable");
}

function isViolation(message: ConsoleMessage): boolean {
  return message.type() === "error" && OF_POLICY.test(message.text());
}

/** What has no host, such as a blob or a data URL, is asked of nobody. */
function isStranger(url: string, home: string): boolean {
  const { host } = new URL(url);
  return host !== "" && host !== new URL(home).host;
}
