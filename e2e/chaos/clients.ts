/** Who computes under chaos: Node clients and tabs. Each can be killed and stopped. */
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "@playwright/test";
import { lend } from "../browser/lending.js";
import type { Running, Stage } from "../processes.js";

export type Kind = "Node client" | "tab";

export type Client = {
  /** Without a word to anybody, or, of a tab that is closed, with a goodbye. */
  kill(): Promise<void>;
  /** As a computer that sleeps; resolves when it goes on. */
  stop(ms: number): Promise<void>;
  /** Why it does not compute any more, which nothing that happens to it should bring about; null while it does. */
  fault(): string | null;
};

const OPEN_MS = 10_000;
const CRASH_MS = 2_000;

export function nodeClient(stage: Stage, url: string, { name, threads }: { name: string; threads: number }): Client {
  const running = stage.work({ url }, { name, threads });
  return {
    kill: async () => void (await running.end("SIGKILL")),
    stop: (ms) => stopped(running, ms),
    fault: () => {
      const { exitCode } = running.process;
      return exitCode === null ? null : `a Node client ended with ${exitCode}: ${running.errors()}`;
    },
  };
}

/** SIGSTOP, and SIGCONT after that long, unless it is killed meanwhile. */
export async function stopped({ process: child }: Running, ms: number): Promise<void> {
  child.kill("SIGSTOP");
  await Promise.race([delay(ms), once(child, "exit")]);
  child.kill("SIGCONT"); // nothing, when it has ended
}

/** A tab of a browser that has no other. Opened as a person does it, again and again while the page does not come. */
export async function tabClient(browser: Browser, url: string, hasEnded: () => boolean): Promise<Client | null> {
  while (!hasEnded()) {
    const page = await browser.newPage();
    page.setDefaultTimeout(OPEN_MS);
    try {
      await lend(page, { url });
      return tab(browser, page);
    } catch {
      await page.close();
    }
  }
  return null;
}

let kills = 0;

function tab(browser: Browser, page: Page): Client {
  let crashed = false;
  page.on("crash", () => {
    crashed = true;
  });
  return {
    /** By turns: its processes are killed, which says nothing to anybody; it is closed, as people close tabs. */
    kill: async () => {
      if (kills++ % 2 === 0) {
        const crash = once(page as unknown as NodeJS.EventEmitter, "crash");
        await signalRenderers(browser, "SIGKILL");
        await Promise.race([crash, delay(CRASH_MS)]);
      }
      await page.close();
    },
    stop: async (ms) => {
      const pids = await signalRenderers(browser, "SIGSTOP");
      await delay(ms);
      for (const pid of pids) signal(pid, "SIGCONT");
    },
    fault: () => (crashed ? "a tab crashed by itself" : null),
  };
}

/** Everything that renders pages of this browser; gives their process ids. */
async function signalRenderers(browser: Browser, name: NodeJS.Signals): Promise<number[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const pids = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
  return pids.filter((pid) => signal(pid, name));
}

function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false; // it has ended meanwhile
  }
}
