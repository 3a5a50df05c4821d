/**
 * What a coordinator costs before there is any work: from its command to the line that says it is ready, its CPU while it idles, and its
 * memory, beside a process that only loads the same libraries.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Stage } from "@valence/e2e/processes";
import { BARE_LIBRARIES } from "./bare-libraries.js";
import { ended, noted } from "./in-own-process.js";
import { ownFolder } from "./own-folder.js";
import { cpuMicrosOf, residentBytesOf } from "./proc.js";
import type { Measures, Scenario } from "./scenario.js";

const OURS = "valence serve";
const BARE = "its libraries, bare";
/** What a process still does after it is ready is its start, and not its idling. */
const SETTLE_MS = 500;

export const start: Scenario = {
  name: "start",
  what: "ms of idling",
  size: 5_000,
  smokeSize: 100,
  /** CPU times come in hundredths of a second. */
  sizeMin: 100,
  async open(size) {
    return {
      contestants: [
        { name: OURS, run: () => served(size) },
        { name: BARE, run: () => loaded(size) },
      ],
      figures: [
        {
          name: "until it is ready",
          unit: "ms",
          value: { of: OURS, measure: "readyMs" },
          yardstick: { of: BARE },
          targets: [{ of: "value", atMost: 1_000 }],
        },
        {
          name: "idle CPU",
          unit: "% of a core",
          value: { of: OURS, measure: "idlePercent" },
          targets: [{ of: "value", atMost: 1 }],
        },
        {
          name: "resident memory",
          unit: "MB",
          value: { of: OURS, measure: "residentMb" },
          yardstick: { of: BARE },
          targets: [{ of: "difference", atMost: 30 }],
        },
      ],
      close: async () => {},
    };
  },
};

async function served(idleMs: number): Promise<Measures> {
  const stage = await Stage.open();
  try {
    const began = performance.now();
    const serving = await stage.serve();
    return { readyMs: performance.now() - began, ...(await idling(serving.process, idleMs)) };
  } finally {
    await stage.close();
  }
}

async function loaded(idleMs: number): Promise<Measures> {
  const { dir, remove } = ownFolder();
  const began = performance.now();
  const child = noted(
    spawn(process.execPath, [BARE_LIBRARIES, join(dir, "bare.db")], { stdio: ["ignore", "pipe", "inherit"] }),
  );
  try {
    await once(child.stdout, "data");
    return { readyMs: performance.now() - began, ...(await idling(child, idleMs)) };
  } finally {
    await ended(child);
    await remove();
  }
}

async function idling(child: { readonly pid?: number | undefined }, idleMs: number): Promise<Measures> {
  await delay(SETTLE_MS);
  const [began, micros] = [performance.now(), cpuMicrosOf(child)];
  await delay(idleMs);
  const idlePercent = (cpuMicrosOf(child) - micros) / (performance.now() - began) / 10;
  return { idlePercent, residentMb: residentBytesOf(child) / 1e6 };
}
