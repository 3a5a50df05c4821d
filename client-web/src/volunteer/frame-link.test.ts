import type { Clock } from "@valence/shared/client/clock";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FromFrame, ToFrame } from "../sandbox/frame-messages.js";
import { FrameLink } from "./frame-link.js";

/** A clock that a test moves. */
let now: number;
let timers: { at: number; act: () => void }[];
const clock: Clock = {
  now: () => now,
  after: (ms, act) => {
    const timer = { at: now + ms, act };
    timers.push(timer);
    return () => void timers.splice(timers.indexOf(timer), 1);
  },
  soon: (act) => act(),
};

let frame: MessagePort;
let heard: ToFrame[];
let closed: number[];
let gone: (readonly number[])[];
let cameUp: boolean[];
let link: FrameLink;
let wake: () => void;
/** What the frame answers to beats. */
let lives: boolean;

beforeEach(() => {
  now = 0;
  timers = [];
  heard = [];
  closed = [];
  gone = [];
  cameUp = [];
  lives = true;
  wake = () => {};
  const onGone = (lost: readonly number[], up: boolean) => {
    gone.push(lost);
    cameUp.push(up);
  };
  const host = {
    open: (_id: number, port: MessagePort) => answerOn(port),
    close: (id: number) => void closed.push(id),
  };
  link = new FrameLink({ id: 1, host, clock, onGone });
});
afterEach(() => frame.close());

function answerOn(port: MessagePort): void {
  frame = port;
  port.onmessage = ({ data }: MessageEvent<ToFrame>) => {
    heard.push(data);
    if (data.type === "beat" && lives) port.postMessage({ type: "beat" } satisfies FromFrame);
    if (data.type === "close" && lives) port.postMessage({ type: "closed", worker: data.worker } satisfies FromFrame);
    wake();
  };
}

/** Lets the clock run to the next beat, and everything that was said be heard. */
async function beat(times = 1): Promise<void> {
  for (let i = 0; i < times; i++) {
    const said = heard.length;
    now += 500;
    for (const timer of timers.splice(0)) timer.act();
    if (closed.length > 0) return;
    while (heard.length === said) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    await answered();
  }
}

/** An answer comes behind whatever was sent before it. */
function answered(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

describe("a frame", () => {
  test("makes a worker, and ends it when it has said so", async () => {
    link.open(7, []);
    await link.end(7);
    expect(heard).toEqual([
      { type: "open", worker: 7 },
      { type: "close", worker: 7 },
    ]);
    await link.end(7);
    expect(heard).toHaveLength(2);
  });

  test("that answers is kept, however long its workers take", async () => {
    link.open(7, []);
    await beat(40);
    expect([closed, gone]).toEqual([[], []]);
  });

  test("that is silent for six beats, three seconds, is gone, and its workers with it", async () => {
    link.open(7, []);
    link.open(8, []);
    await beat(3);
    lives = false;
    await beat(6);
    expect(closed).toEqual([]);
    await beat();
    expect([closed, gone, cameUp]).toEqual([[1], [[7, 8]], [true]]);
  });

  test("that is still being loaded has ten seconds", async () => {
    lives = false;
    link.open(7, []);
    await beat(20);
    expect(closed).toEqual([]);
    await beat();
    expect([closed, gone, cameUp]).toEqual([[1], [[7]], [false]]);
  });

  test("that dies while a worker is being ended has ended it", async () => {
    link.open(7, []);
    await beat();
    lives = false;
    const ended = link.end(7);
    await beat(7);
    await ended;
    expect(gone).toEqual([[]]);
  });

  test("without workers is kept for five seconds", async () => {
    link.open(7, []);
    await link.end(7);
    await beat(10);
    expect(closed).toEqual([]);
    await beat();
    expect(closed).toEqual([1]);
  });
});
