/**
 * A crowd: many volunteers join one coordinator, nine in ten hold an electron, and a tenth of all say goodbye at once; what they
 * held is granted to those that had nothing. The yardstick is a bare Socket.IO server with as many idle sockets of the same kind.
 */
import type { ChildProcess } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { constants, setPriority } from "node:os";
import { type Serving, Stage, until } from "@valence/e2e/processes";
import { Server } from "socket.io";
import type { Order, Word } from "./crowd-volunteers.js";
import { ended, inOwnProcess, ownArguments, said } from "./in-own-process.js";
import { residentBytesOf } from "./proc.js";
import type { Measures, Scenario } from "./scenario.js";

const PROCESSES = 4;
const VOLUNTEERS = new URL("./crowd-volunteers.js", import.meta.url).href;
const OURS = "valence";
const BARE = "bare Socket.IO, idle sockets";
/** Longer than any run: nothing that is held runs out. */
const TIMEOUT_MS = 3_600_000;

export const crowd: Scenario = {
  name: "crowd",
  what: "volunteers, a tenth of whom leave at once",
  size: 10_000,
  smokeSize: 40,
  /** In each process one leaves. */
  sizeMin: 40,
  open: async (size) => ({
    contestants: [
      { name: OURS, run: () => gridRun(size) },
      { name: BARE, run: () => bareRun(size) },
    ],
    figures: [
      {
        name: "resident memory",
        unit: "MB",
        value: { of: OURS, measure: "residentMb" },
        yardstick: { of: BARE },
        targets: [{ of: "ratio", atMost: 1.6 }],
      },
      {
        name: "until all have joined",
        unit: "ms",
        value: { of: OURS, measure: "joinMs" },
        yardstick: { of: BARE },
        targets: [{ of: "value", atMost: 15_000 }],
      },
      {
        name: "until the lost work is with others",
        unit: "ms",
        value: { of: OURS, measure: "reassignedMs" },
        targets: [{ of: "value", atMost: 1_000 }],
      },
      {
        name: "event-loop delay, p99, joining",
        unit: "ms",
        value: { of: OURS, measure: "joiningDelayMs" },
        targets: [{ of: "value", atMost: 50 }],
      },
      {
        name: "event-loop delay, p99, leaving",
        unit: "ms",
        value: { of: OURS, measure: "leavingDelayMs" },
        targets: [{ of: "value", atMost: 50 }],
      },
    ],
    close: async () => {},
  }),
};

async function gridRun(size: number): Promise<Measures> {
  const stage = await Stage.open();
  const crowd = new Crowd();
  try {
    const serving = await stage.serve();
    const electrons = Math.floor(size * 0.9);
    await submitHeld(serving, electrons);
    await loopDelayMs(serving);
    const joinMs = await crowd.join({ to: "connect", url: serving.url, sockets: size, bare: false });
    await until("all electrons to be held", () => crowd.granted.size === electrons);
    const joiningDelayMs = await loopDelayMs(serving);
    const residentMb = residentBytesOf(serving.process) / 1e6;
    const reassignedMs = await crowd.leave(size / 10);
    return { residentMb, joinMs, reassignedMs, joiningDelayMs, leavingDelayMs: await loopDelayMs(serving) };
  } finally {
    await crowd.disperse();
    await stage.close();
  }
}

async function submitHeld({ grid }: Serving, electrons: number): Promise<void> {
  const atom = await grid.publish('export default { name: "held", process: ({ from }) => from };');
  const input = { range: { from: 0, to: electrons, chunk: 1 } };
  await grid.submit({ atom: atom.id, input, policy: { timeoutMs: TIMEOUT_MS } });
}

async function bareRun(size: number): Promise<Measures> {
  const server = inOwnProcess(import.meta.url, ["serve"]);
  const crowd = new Crowd();
  try {
    const url = `http://127.0.0.1:${await said<number>(server)}`;
    const joinMs = await crowd.join({ to: "connect", url, sockets: size, bare: true });
    return { joinMs, residentMb: residentBytesOf(server) / 1e6 };
  } finally {
    await crowd.disperse();
    await ended(server);
  }
}

/**
 * The processes of the volunteers, and who was granted what. They give way to the coordinator, as machines of their own would: how long it
 * is held up shall not tell how many cores they share with it.
 */
class Crowd {
  /** When each electron was last granted. */
  readonly granted = new Map<number, number>();
  readonly #processes: readonly ChildProcess[];

  constructor() {
    this.#processes = Array.from({ length: PROCESSES }, (_, i) => inOwnProcess(VOLUNTEERS, [String(i)]));
    for (const child of this.#processes) {
      child.on("message", (word: Word) => this.#note(word));
      if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    }
  }

  /** How long it took until the last one was welcome, in milliseconds. */
  async join(order: Extract<Order, { to: "connect" }>): Promise<number> {
    const began = performance.now();
    await this.#all({ ...order, sockets: order.sockets / PROCESSES }, "joined");
    return performance.now() - began;
  }

  /** How long it took until what they held was granted to others, in milliseconds. */
  async leave(sessions: number): Promise<number> {
    const left = await this.#all({ to: "leave", sessions: sessions / PROCESSES }, "left");
    const began = Math.min(...left.map(({ at }) => at));
    const lost = left.flatMap(({ electrons }) => electrons);
    const again = await until("what was lost to be granted again", () => {
      const times = lost.map((electron) => this.granted.get(electron) ?? 0);
      return times.every((at) => at >= began) && times;
    });
    return Math.max(...again) - began;
  }

  async disperse(): Promise<void> {
    await Promise.all(this.#processes.map(ended));
  }

  #note(word: Word): void {
    if (word.said !== "granted") return;
    for (let electron = word.from; electron < word.to; electron++) this.granted.set(electron, word.at);
  }

  #all<S extends Word["said"]>(order: Order, answer: S): Promise<Extract<Word, { said: S }>[]> {
    return Promise.all(this.#processes.map((child) => answered(child, order, answer)));
  }
}

/** Gives the order, and waits for that answer among all that the process says. */
function answered<S extends Word["said"]>(child: ChildProcess, order: Order, said: S) {
  return new Promise<Extract<Word, { said: S }>>((resolve, reject) => {
    const listen = (word: Word) => {
      if (word.said !== said) return;
      child.off("message", listen);
      child.off("exit", onExit);
      resolve(word as Extract<Word, { said: S }>);
    };
    const onExit = (code: number | null) => reject(new Error(`a process of the crowd ended with ${code}`));
    child.on("message", listen).on("exit", onExit);
    child.send(order, (error) => error && reject(error));
  });
}

/** The 99th percentile since it was last asked, in milliseconds. */
async function loopDelayMs({ url }: Serving): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(metrics)?.[1]) * 1_000;
}

/** A bare Socket.IO server, with the coordinator's heartbeat. */
function serveBare(): void {
  const http = createServer();
  const pace = { pingInterval: 5_000, pingTimeout: 10_000 };
  new Server(http, { transports: ["websocket"], serveClient: false, ...pace }).on("connection", () => {});
  http.listen(0, "127.0.0.1", () => process.send?.((http.address() as AddressInfo).port));
}

if (ownArguments(import.meta.url)) serveBare();
