/** The executor of tabs does in a real browser what every executor must do: the same suite as for threads, over a page that has one. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "@playwright/test";
import { executorContract } from "@valence/client-node/executors/contract";
import type { ExecutorPage } from "@valence/client-web/testing/executor-page";
import { siteRoutes } from "@valence/coordinator/http/site";
import { siteIn } from "@valence/coordinator/http/site-files";
import type { AtomSource, AtomWorker, Executor, ExecutorEvent } from "@valence/shared/client/executor";
import express from "express";
import { afterAll, beforeAll } from "vitest";
import { findChromium } from "./browser/chromium.js";

let folder: string;
let server: Server;
let browser: Browser;
let page: Page;
const listeners = new Map<number, (event: ExecutorEvent) => void>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "valence-executor-"));
  const { buildSite } = await import(new URL("../../client-web/build.mjs", import.meta.url).href);
  await buildSite("executor.html", folder);
  const app = express().use(siteRoutes(siteIn(folder), { host: "127.0.0.1", publicUrl: null }));
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await chromium.launch({ executablePath: findChromium() });
  page = await browser.newPage();
  await page.exposeFunction("onExecutorEvent", (worker: number, event: unknown) =>
    listeners.get(worker)?.(whole(event)),
  );
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction(() => "executorPage" in globalThis);
});

afterAll(async () => {
  await browser.close();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

executorContract(
  "frames of a tab",
  () =>
    ({
      name: "frame",
      sandboxed: true,
      open: (atom, onEvent) => new PageWorker(atom, onEvent),
    }) satisfies Executor,
);

/** One call of the page after the other, as in the page itself. */
class PageWorker implements AtomWorker {
  static #count = 0;
  readonly #id = ++PageWorker.#count;
  #last: Promise<unknown>;

  constructor({ name, source }: AtomSource, onEvent: (event: ExecutorEvent) => void) {
    listeners.set(this.#id, onEvent);
    const code = new TextDecoder().decode(source);
    this.#last = page.evaluate(([id, n, c]) => executorPage.open(id, n, c), [this.#id, name, code] as const);
  }

  run(...[order]: Parameters<AtomWorker["run"]>): void {
    this.#then("run", order);
  }

  halt(): void {
    this.#then("halt", null);
  }

  probe(...[job]: Parameters<AtomWorker["probe"]>): void {
    this.#then("probe", job);
  }

  async kill(): Promise<void> {
    listeners.delete(this.#id);
    await this.#then("kill", null);
  }

  #then(command: keyof ExecutorPage, body: unknown): Promise<unknown> {
    const call = [command, this.#id, body] as const;
    this.#last = this.#last.then(() =>
      page.evaluate(([name, id, argument]) => executorPage[name](id, argument as never, undefined as never), call),
    );
    return this.#last;
  }
}

/** An event as it was before it travelled as JSON. */
function whole(event: unknown): ExecutorEvent {
  const { type, part } = event as { type: string; part: { count: number; micros: number[]; values: number[] } };
  if (type !== "part") return event as ExecutorEvent;
  const { count, micros, values } = part;
  return { type, part: { count, micros: Uint8Array.from(micros), values: Uint8Array.from(values) } };
}
