import { beforeEach, describe, expect, test } from "vitest";
import type { SessionOptions } from "./session.js";
import type { SessionState } from "./session-messages.js";
import { TabLending } from "./tab-lending.js";

let now: number;
let sessions: { options: SessionOptions; stopped: string[] }[];
let lending: TabLending;

beforeEach(() => {
  now = 0;
  sessions = [];
  lending = new TabLending({
    agent: "test",
    now: () => now,
    open: (options) => {
      const session = { options, stopped: [] as string[] };
      sessions.push(session);
      return { stop: (mode) => void session.stopped.push(mode), abandon: () => void session.stopped.push("abandoned") };
    },
  });
});

const last = () => sessions.at(-1)!;
const ended = () => last().options.onEnded({ reason: "stopped" });
const state = (electrons: number): SessionState => ({
  link: "up",
  counters: { electrons, items: 10 * electrons, failures: 1, rate: 5, busy: 1 },
  working: [{ slot: 0, job: "j", atom: "a" }],
  notice: null,
});

describe("a tab that is lent", () => {
  test("opens nothing before it is started", () => {
    expect(sessions).toEqual([]);
    expect(lending.view).toMatchObject({ phase: "idle", link: "none", electrons: 0 });
    lending.resume();
    lending.pause();
    lending.stop();
    expect([sessions.length, lending.view.phase]).toEqual([0, "idle"]);
  });

  test("starts once, with the threads that were asked for", () => {
    lending.start(3);
    lending.start(3);
    expect(sessions.map(({ options }) => options.slots)).toEqual([3]);
    expect(lending.view).toMatchObject({ phase: "working", link: "connecting", threads: 3 });
  });

  test("shows what its session says, and tells its listeners until they leave", () => {
    const seen: number[] = [];
    const off = lending.onChange(({ electrons }) => seen.push(electrons));
    lending.start(1);
    last().options.onState(state(7));
    off();
    last().options.onState(state(8));
    expect(seen).toEqual([0, 7]);
    expect(lending.view).toMatchObject({ electrons: 8, items: 80, rate: 5, working: [{ slot: 0 }] });
  });

  test("adds up what its sessions did, and the time that they took", () => {
    lending.start(1);
    last().options.onState(state(7));
    now = 1_000;
    lending.pause();
    ended();
    now = 5_000;
    lending.resume();
    last().options.onState(state(2));
    now = 5_500;
    expect(lending.view).toMatchObject({ electrons: 9, items: 90, failures: 2, workedMs: 1_500 });
  });
});

describe("pause and stop", () => {
  test("a pause lets electrons end, and a resume begins a new session", () => {
    lending.start(2);
    lending.pause();
    expect([last().stopped, lending.view.phase]).toEqual([["finish"], "pausing"]);
    ended();
    expect(lending.view).toMatchObject({ phase: "paused", link: "none", working: [] });
    lending.resume();
    expect([sessions.length, lending.view.phase]).toEqual([2, "working"]);
  });

  test("a resume while electrons still end begins anew when they have", () => {
    lending.start(2);
    lending.pause();
    lending.resume();
    expect([sessions.length, lending.view.phase]).toEqual([1, "working"]);
    ended();
    expect([sessions.length, lending.view.phase]).toEqual([2, "working"]);
  });

  test("a stop ends at once, also while pausing, and from a pause", () => {
    lending.start(2);
    lending.pause();
    lending.stop();
    expect([last().stopped, lending.view.phase]).toEqual([["finish", "now"], "stopping"]);
    ended();
    expect(lending.view.phase).toBe("idle");
    lending.start(1);
    lending.pause();
    ended();
    lending.stop();
    expect(lending.view.phase).toBe("idle");
  });

  test("other threads are another session", () => {
    lending.start(2);
    lending.setThreads(2);
    lending.setThreads(4);
    expect(last().stopped).toEqual(["now"]);
    ended();
    expect([last().options.slots, lending.view.phase]).toEqual([4, "working"]);
  });

  test("a grid that refuses for good is shown, and may be tried again", () => {
    lending.start(1);
    last().options.onEnded({ reason: "refused", code: "protocol_version", message: "reload" });
    expect(lending.view).toMatchObject({ phase: "refused", refusal: { code: "protocol_version", message: "reload" } });
    lending.start(1);
    expect(lending.view).toMatchObject({ phase: "working", refusal: null });
  });
});

describe("a page that is put away", () => {
  test("gives everything back, and goes on when it is there again", () => {
    lending.start(2);
    lending.leave();
    expect(last().stopped).toEqual(["abandoned"]);
    ended();
    expect(sessions).toHaveLength(1);
    lending.comeBack();
    expect([sessions.length, lending.view.phase]).toEqual([2, "working"]);
  });

  test("and is back before its session has ended, goes on when that has", () => {
    lending.start(2);
    lending.leave();
    lending.comeBack();
    expect(sessions).toHaveLength(1);
    ended();
    expect(sessions).toHaveLength(2);
  });

  test("does not begin by itself what was not at work", () => {
    lending.leave();
    lending.comeBack();
    lending.start(1);
    lending.pause();
    ended();
    lending.leave();
    lending.comeBack();
    expect([sessions.length, lending.view.phase]).toEqual([1, "paused"]);
  });

  test("and was pausing or stopping gives everything back, too, and stays as it was", () => {
    lending.start(2);
    lending.pause();
    lending.leave();
    expect(last().stopped).toEqual(["finish", "abandoned"]);
    ended();
    lending.comeBack();
    expect([sessions.length, lending.view.phase]).toEqual([1, "paused"]);
  });

  test("and was refused meanwhile stays refused", () => {
    lending.start(2);
    lending.leave();
    last().options.onEnded({ reason: "refused", code: "protocol_version", message: "reload" });
    lending.comeBack();
    expect([sessions.length, lending.view.phase]).toEqual([1, "refused"]);
  });

  test("[U7] a computer that slept while it stopped or paused begins nothing", () => {
    lending.start(2);
    lending.stop();
    last().options.onSlept();
    ended();
    expect([sessions.length, lending.view.phase]).toEqual([1, "idle"]);
    lending.start(2);
    lending.pause();
    last().options.onSlept();
    expect(last().stopped).toEqual(["finish", "now"]);
    ended();
    expect([sessions.length, lending.view.phase]).toEqual([2, "paused"]);
  });

  test("[U7] a computer that slept begins anew", () => {
    lending.start(2);
    last().options.onSlept();
    ended();
    expect([sessions.length, lending.view.phase]).toEqual([2, "working"]);
  });
});
