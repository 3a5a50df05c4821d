import type { ExecutorEvent } from "@valence/shared/client/executor";
import type { Said } from "@valence/shared/runner/said";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ToFrame } from "../sandbox/frame-messages.js";
import { ASIDES_MAX, frameExecutor } from "./frame-executor.js";

let now: number;
let ports: MessagePort[];
let events: ExecutorEvent[];
/** Where the atom's worker says its outcomes. */
let outcomes: MessagePort;

beforeEach(async () => {
  now = 0;
  ports = [];
  events = [];
  const opened = new Promise<MessagePort>((resolve) => {
    const open = (_frame: number, port: MessagePort) => {
      ports.push(port);
      port.onmessage = ({ data, ports: given }: MessageEvent<ToFrame>) => {
        if (data.type === "close") port.postMessage({ type: "closed", worker: data.worker });
        if (data.type !== "open") return;
        ports.push(...given);
        resolve(given[1] as MessagePort);
      };
    };
    const clock = { now: () => now, after: () => () => {}, soon: (act: () => void) => act() };
    const executor = frameExecutor({ host: { open, close: () => {} }, clock });
    executor.open({ name: "a", source: new Uint8Array() }, (event) => events.push(event));
  });
  outcomes = await opened;
});
afterEach(() => {
  for (const port of ports) port.close();
});

async function say(...messages: readonly Said[]): Promise<void> {
  const before = events.length;
  for (const message of messages) outcomes.postMessage(message);
  await vi.waitFor(() => expect(events.length).toBe(before + messages.length));
}

const lines = (count: number): Said[] => Array.from({ length: count }, (_, n) => ({ type: "log", line: `${n}` }));
const lost = { type: "lost", code: "worker_died", message: "the atom's worker broke its protocol" };

test(`[M1] a worker may say ${ASIDES_MAX} asides within a second, and is lost with one more`, async () => {
  await say(...lines(ASIDES_MAX - 1), { type: "progress", fraction: 0.5 });
  expect(events.at(-1)).toEqual({ type: "progress", fraction: 0.5 });
  now = 1_000;
  await say(...lines(ASIDES_MAX));
  expect(events.at(-1)).toMatchObject({ type: "log" });
  now = 1_999;
  await say(...lines(1));
  expect(events.at(-1)).toEqual(lost);
});

test("a worker that answers what it was not asked, or twice, is lost", async () => {
  await say({ type: "opened" });
  expect(events).toEqual([{ type: "opened" }]);
  await say({ type: "opened" });
  expect(events.at(-1)).toEqual(lost);
});
