/**
 * A Chromium that is not always looked at. While Playwright is connected it keeps every page visible and in focus, so this one is
 * its own process, which Playwright leaves and comes back to.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Browser, chromium } from "@playwright/test";
import { plainArgs } from "./fixtures.js";

export type OwnBrowser = {
  /** `browser.close()` only leaves it. */
  connect(): Promise<Browser>;
  /** Opens an empty tab in front of all others. */
  coverWithTab(): Promise<void>;
  close(): Promise<void>;
};

export async function ownBrowser(): Promise<OwnBrowser> {
  const profile = await mkdtemp(join(tmpdir(), "valence-chromium-"));
  const args = [...plainArgs(profile), "--remote-debugging-port=0", "about:blank"];
  const child = spawn(process.env.CHROMIUM_PATH ?? "", args, { stdio: ["ignore", "ignore", "pipe"] });
  const address = await debuggingAddress(child);
  return {
    connect: () => chromium.connectOverCDP(address),
    coverWithTab: async () => {
      const response = await fetch(`${address}/json/new?about:blank`, { method: "PUT" });
      const { id } = (await response.json()) as { id: string };
      await fetch(`${address}/json/activate/${id}`);
    },
    close: async () => {
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function debuggingAddress(child: ChildProcess): Promise<string> {
  if (!child.stderr) throw new Error("no standard error");
  for await (const line of createInterface({ input: child.stderr })) {
    const host = /DevTools listening on ws:\/\/([^/]+)/.exec(line)?.[1];
    if (host) return `http://${host}`;
  }
  throw new Error("Chromium ended before it was ready");
}
