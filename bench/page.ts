/**
 * A tab that lends one worker: how much of it reaches the atom, whether the page stays responsive, and how soon the first electron
 * begins. The yardstick is the same loop in a bare Web Worker of the same Chromium. What a first visit receives is counted on plain HTTP
 * as well, where browsers take gzip and no brotli, and the tab must bring its own Ed25519 along.
 */
import { type AddressInfo, connect, createServer } from "node:net";
import { type Browser, chromium, type Page } from "@playwright/test";
import { findChromium } from "@valence/e2e/browser/chromium";
import { ON_PLAIN_HOST, PLAIN_HOST, PLAIN_HOST_IS_HERE } from "@valence/e2e/browser/plain-host";
import { type Serving, Stage } from "@valence/e2e/processes";
import type { Measures, Scenario } from "./scenario.js";

const OURS = "valence, one worker of a tab";
const PLAIN = "valence, a first visit over plain HTTP";
const BARE = "bare Web Worker";
/** About a tenth of a second of work. */
const STEPS_A_CHUNK = 50_000_000;
const KB = 1_000;

/** The kernel, as text for both sides: steps of xorshift32, of which it counts the odd ones. */
const KERNEL = `(steps) => {
  let [x, odd] = [1, 0];
  for (let i = 0; i < steps; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    odd += x & 1;
  }
  return odd;
}`;
const ATOM = `const kernel = ${KERNEL};
export default {
  name: "flat-out",
  process: (steps) => ({ began: Date.now(), odd: kernel(steps) }),
};`;

export const page: Scenario = {
  name: "page",
  what: "chunks of about 100 ms in a tab",
  size: 100,
  smokeSize: 2,
  async open(size) {
    const stage = await Stage.open();
    const serving = await stage.serve({ env: ON_PLAIN_HOST });
    const browser = await launched();
    const atom = await serving.grid.publish(ATOM);
    return {
      contestants: [
        { name: OURS, run: () => visit(browser, serving, { atom: atom.id, chunks: size, host: "127.0.0.1" }) },
        { name: PLAIN, run: () => visit(browser, serving, { atom: atom.id, chunks: 1, host: PLAIN_HOST }) },
        { name: BARE, run: () => bare(browser, serving.url, size) },
      ],
      figures: [
        {
          name: "rate",
          unit: "steps/s",
          value: { of: OURS, measure: "rate" },
          yardstick: { of: BARE },
          targets: [{ of: "ratio", atLeast: 0.97 }],
        },
        {
          name: "longest task of the page",
          unit: "ms",
          value: { of: OURS, measure: "longestTaskMs" },
          targets: [{ of: "value", atMost: 50 }],
        },
        {
          name: "from Start to the first electron",
          unit: "ms",
          value: { of: OURS, measure: "firstElectronMs" },
          targets: [{ of: "value", atMost: 500 }],
        },
        {
          name: "received until then, all in all, in gzip",
          unit: "KB",
          value: { of: PLAIN, measure: "loadedKb" },
          targets: [{ of: "value", atMost: 100 }],
        },
        {
          name: "received until then, all in all, in brotli",
          unit: "KB",
          value: { of: OURS, measure: "loadedKb" },
        },
      ],
      versions: { chromium: browser.version() },
      close: async () => {
        await browser.close();
        await stage.close();
      },
    };
  },
};

/** The bench ends on signals by itself, and its browser with it. */
function launched(): Promise<Browser> {
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  return chromium.launch({ executablePath: findChromium(), args: [PLAIN_HOST_IS_HERE], ...signals });
}

/** A first visit: a job waits, Start is pressed, and the tab stays until the job has ended. */
async function visit(
  browser: Browser,
  serving: Serving,
  { atom, chunks, host }: { atom: string; chunks: number; host: string },
): Promise<Measures> {
  const list = new Array<number>(chunks).fill(STEPS_A_CHUNK);
  const job = await serving.grid.submit({ atom, input: { list } });
  const context = await browser.newContext();
  const wire = await countingWire(serving.port);
  try {
    const tab = await context.newPage();
    await watchLongTasks(tab);
    await tab.goto(`http://${host}:${wire.port}`);
    await tab.getByRole("slider").fill("1");
    await longestTaskMs(tab); // The page loads and lays itself out before anybody lends anything.
    const startedAt = await pressStart(tab);
    const began: number[] = [];
    let loadedBytes = 0;
    for await (const { result } of job.results<{ began: number }>({ follow: true })) {
      if (began.length === 0) loadedBytes = wire.bytes();
      began.push(result.began);
    }
    const first = Math.min(...began);
    const { endedAt } = await job.view();
    return {
      rate: (chunks * STEPS_A_CHUNK * 1_000) / (Date.parse(endedAt ?? "") - first),
      longestTaskMs: await longestTaskMs(tab),
      firstElectronMs: first - startedAt,
      loadedKb: loadedBytes / KB,
    };
  } finally {
    await context.close();
    wire.close();
  }
}

/** When the page heard the click, by the system's clock. */
async function pressStart(tab: Page): Promise<number> {
  await tab.evaluate(() => {
    addEventListener("click", () => Object.assign(globalThis, { clickedAt: Date.now() }), { capture: true });
  });
  const terms = tab.getByRole("checkbox");
  if (await terms.isVisible()) await terms.check();
  await tab.getByRole("button", { name: "Start", exact: true }).click();
  return tab.evaluate(() => (globalThis as unknown as { clickedAt: number }).clickedAt);
}

/** A way to the coordinator that counts what comes back on it: files, their headers, frames of the sockets. */
async function countingWire(port: number): Promise<{ port: number; bytes(): number; close(): void }> {
  let bytes = 0;
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    far.on("data", (chunk) => {
      bytes += chunk.length;
    });
    near.pipe(far).pipe(near);
    for (const end of [near, far]) end.on("error", () => {}).on("close", () => (end === near ? far : near).destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, bytes: () => bytes, close: () => void server.close() };
}

type Watched = { longTasksMs: number[] };

async function watchLongTasks(tab: Page): Promise<void> {
  await tab.addInitScript(() => {
    const longTasksMs: number[] = [];
    Object.assign(globalThis, { longTasksMs });
    const note = (list: PerformanceObserverEntryList) => {
      longTasksMs.push(...list.getEntries().map(({ duration }) => duration));
    };
    new PerformanceObserver(note).observe({ entryTypes: ["longtask"] });
  });
}

/** The longest one since the last time that was asked, in milliseconds; 0 when none took 50. */
function longestTaskMs(tab: Page): Promise<number> {
  return tab.evaluate(() => Math.max(0, ...(globalThis as unknown as Watched).longTasksMs.splice(0)));
}

async function bare(browser: Browser, url: string, chunks: number): Promise<Measures> {
  const context = await browser.newContext({ bypassCSP: true });
  try {
    const tab = await context.newPage();
    await tab.goto(`${url}/healthz`);
    const ms = await tab.evaluate(timeInWorker, { kernel: KERNEL, steps: STEPS_A_CHUNK, chunks });
    return { rate: (chunks * STEPS_A_CHUNK * 1_000) / ms };
  } finally {
    await context.close();
  }
}

/** Runs in the page. */
function timeInWorker({ kernel, steps, chunks }: { kernel: string; steps: number; chunks: number }): Promise<number> {
  const text = `
    const kernel = ${kernel};
    const began = performance.now();
    for (let i = 0; i < ${chunks}; i++) kernel(${steps});
    postMessage(performance.now() - began);`;
  const worker = new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
  });
}
