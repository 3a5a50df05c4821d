import type { Down } from "@valence/shared/protocol/down";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Link } from "../api.js";
import { specOf } from "../core/fixtures.js";
import { Grid } from "../core/grid.js";
import type { Write } from "../core/writes.js";
import { memoryStore } from "../store/memory.js";
import { StoreError } from "../store/store.js";
import { memoryLog } from "../testing/http-grid.js";
import { Engine } from "./engine.js";

let gate: (writes: readonly Write[]) => Promise<void> | void;
let logged: Record<string, unknown>[];
let engine: Engine;
beforeEach(() => {
  gate = () => {};
  logged = [];
  const store = memoryStore({ gate: (writes) => gate(writes) });
  const grid = new Grid({ boot: 1, random: Math.random });
  engine = new Engine({ grid, store, log: memoryLog(logged), payloads: () => null });
});

function linkOf(link: Partial<Link>): Link {
  return { send: () => {}, sent: async () => {}, close: () => {}, ...link };
}

function submit(id = "j1"): Promise<void> {
  const spec = specOf({ id });
  const { name, atom, owner, createdAt } = spec;
  const record = { id, name, atom, owner, createdAt, spec: new Uint8Array(), list: null, upload: null };
  return engine.step((grid, now) => grid.submit({ spec, record, fit: (_, to) => to }, now));
}

describe("a step", () => {
  test("[D1] resolves when it is durable, and is visible from then on", async () => {
    const releases: (() => void)[] = [];
    gate = () => new Promise((resolve) => releases.push(resolve));
    const durable = vi.fn();
    const submitted = submit().then(durable);
    await vi.waitFor(() => expect(releases).toHaveLength(1));
    expect(engine.grid.job("j1")?.version).toBe(0);
    expect(durable).not.toHaveBeenCalled();
    releases[0]!();
    await submitted;
    expect(engine.grid.job("j1")?.version).toBe(1);
  });

  test("[D2] is repeated until the store takes it; meanwhile the fault is known, and logged once", async () => {
    let refusals = 2;
    gate = () => {
      if (refusals-- > 0) throw new StoreError("full", "the disk is full");
    };
    const submitted = submit();
    await vi.waitFor(() => expect(engine.fault).toBe("the disk is full"));
    await submitted;
    expect(engine.fault).toBeNull();
    const events = logged.map((line) => line.event);
    expect(events).toEqual(["store_refuses", "store_recovered", "job_queued"]);
  });

  test("[D3] that comes while another one is written shares the next transaction", async () => {
    const groups: number[] = [];
    gate = (writes) => void groups.push(writes.filter((write) => write.type === "submit").length);
    await Promise.all([submit("j1"), submit("j2"), submit("j3")]);
    expect(groups).toEqual([1, 2]);
  });

  test("that throws changes nothing and writes nothing", async () => {
    expect(() => engine.step((grid, now) => grid.control("nobody", { type: "pause" }, null, now))).toThrow(
      "no job nobody",
    );
    await engine.close();
  });
});

describe("a session's link", () => {
  const join = (session: string) =>
    engine.step((grid, now) => grid.join({ session, identity: "ada", slots: 1, agent: "", owner: null }, now));

  test("gets all messages of a turn in one batch", async () => {
    const batches: (readonly Down[])[] = [];
    engine.attach("s1", linkOf({ send: (batch) => void batches.push(batch) }));
    await submit();
    await join("s1");
    await engine.step((grid, now) => grid.receive("s1", { type: "holding", leases: [] }, now));
    await new Promise(setImmediate);
    expect(batches.map((batch) => batch.map((message) => message.type))).toEqual([["job", "grant"]]);
  });

  test("[V1] hears that all is durable before the coordinator has drained, when links are let go", async () => {
    const heard: string[] = [];
    const link = linkOf({ send: (batch) => void heard.push(...batch.map(({ type }) => type)) });
    engine.attach("s1", link);
    await submit();
    await join("s1");
    await engine.step((grid, now) => grid.receive("s1", { type: "holding", leases: [] }, now));
    const drained = engine.drain(10_000);
    engine.note((grid, now) => grid.receive("s1", { type: "goodbye" }, now));
    await drained;
    engine.detach("s1", link);
    expect(heard.at(-1)).toBe("bye");
  });

  test("is closed when another one takes the session, and its own end is nobody's then", () => {
    const closed: string[] = [];
    const first = linkOf({ close: (why) => void closed.push(why) });
    engine.attach("s1", first);
    engine.attach("s1", linkOf({}));
    expect(closed).toEqual(["taken"]);
    expect(engine.detach("s1", first)).toBe(false);
  });
});

test("closing waits for what is being written", async () => {
  let release = () => {};
  gate = () => new Promise((resolve) => (release = resolve));
  const submitted = submit();
  await new Promise((resolve) => setImmediate(resolve));
  let closed = false;
  const closing = engine.close().then(() => {
    closed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(closed).toBe(false);
  release();
  await Promise.all([closing, submitted]);
});

test("[D11] closing gives up what the store will not take, and all after it: the store holds no later commit without an earlier one", async () => {
  const held: string[] = [];
  gate = (writes) => {
    const jobs = writes.flatMap((write) => (write.type === "submit" ? [write.job.id] : []));
    if (jobs.includes("large")) throw new StoreError("full", "the disk is full");
    held.push(...jobs);
  };
  void submit("large");
  await vi.waitFor(() => expect(engine.fault).not.toBeNull());
  void submit("small");
  await engine.close();
  expect(held).toEqual([]);
  expect(logged.map(({ event }) => event)).toEqual(["store_refuses", "store_left_behind"]);
});

test("closing gives up what the store will not take", async () => {
  gate = () => {
    throw new StoreError("full", "the disk is full");
  };
  void submit();
  await vi.waitFor(() => expect(engine.fault).not.toBeNull());
  await engine.close();
  expect(engine.fault).toBe("the disk is full");
});
