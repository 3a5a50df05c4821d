import { LEASE_ELECTRONS_MAX } from "@valence/shared/limits";
import { beforeEach, describe, expect, test } from "vitest";
import { Bench } from "./fixtures.js";
import { fairPart, freshPace, learn } from "./pace.js";
import { leaseSize } from "./sizing.js";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe("the size of a lease", () => {
  test("[Z1] is one electron for a volunteer nobody knows", () => {
    expect(leaseSize(freshPace(), 1e6)).toBe(1);
  });

  test("[Z2] is 2 s of work at the measured speed, at most 8 times the one before", () => {
    const pace = { electronMs: 10, spreadMs: 0, size: 100 };
    expect(leaseSize(pace, 1e6)).toBe(200);
    expect(leaseSize({ ...pace, size: 2 }, 1e6)).toBe(16);
    expect(leaseSize({ ...pace, electronMs: 0.000_1, size: 1e6 }, 1e9)).toBe(LEASE_ELECTRONS_MAX);
  });

  test("[Z3] shrinks towards the end to half the slot's part of what is ready", () => {
    const pace = { electronMs: 10, spreadMs: 0, size: 100 };
    expect(leaseSize(pace, 40)).toBe(20);
    expect(leaseSize(pace, 0.1)).toBe(1);
  });

  test("[Z3] goes by the speed of the slot beside that of all; whom nobody knows counts as the average", () => {
    const paced = (electronMs: number) => ({ electronMs, spreadMs: 0, size: 1 });
    const job = { crew: { slots: 2, speed: 1 / 10 + 1 / 190 } };
    expect(fairPart(job, paced(10), 2)).toBeCloseTo(0.95);
    expect(fairPart(job, paced(190), 2)).toBeCloseTo(0.05);
    expect(fairPart(job, paced(10), 4)).toBeCloseTo(0.95 / 2);
    expect(fairPart(job, freshPace(), 4)).toBe(1 / 4);
  });

  test("[Z5] is smaller where measurements differ, and where there was but one", () => {
    const pace = freshPace();
    const learnOne = (ms: number) => learn(pace, { electrons: 1, elapsedMs: ms, claimedMs: ms });
    learnOne(100);
    pace.size = 100;
    expect(leaseSize(pace, 1e6)).toBe(13);
    for (let i = 0; i < 20; i++) learnOne(100);
    expect(leaseSize(pace, 1e6)).toBe(19);
    for (let i = 0; i < 20; i++) learnOne(i % 2 === 0 ? 20 : 180);
    expect(leaseSize(pace, 1e6)).toBeLessThan(12);
  });

  test("[Z4] follows the average of what was measured", () => {
    const pace = freshPace();
    learn(pace, { electrons: 10, elapsedMs: 1_000, claimedMs: 1_000 });
    learn(pace, { electrons: 10, elapsedMs: 500, claimedMs: 500 });
    expect(pace.electronMs).toBe(75);
    learn(pace, { electrons: 0, elapsedMs: 500, claimedMs: 500 });
    expect(pace.electronMs).toBe(75);
  });

  test.each([
    ["the way there and back costs no speed", 1_990, 10],
    ["nor do reports that come in one burst", 0, 10],
    ["no clock makes anyone faster than ours allows", 12_000, 0],
    ["or slower", 8_000, 1e9],
  ])("[Z4] %s", (_, elapsedMs, claimedMs) => {
    const pace = freshPace();
    learn(pace, { electrons: 10, elapsedMs, claimedMs });
    expect(pace.electronMs).toBe(claimedMs === 10 ? 1 : 1_000);
  });
});

test("[Z2] [Z4] over a link that is slow each way a slot has 2 s of work after a few leases", () => {
  bench.submit({ input: { kind: "list", total: 1_000_000 } });
  bench.join("ada");
  const held = bench.told("ada", "grant");
  const sizes: number[] = [];
  for (let at = 1_000; at <= 6_000; at += 1_000) {
    const { lease, from, to } = held.shift()!;
    sizes.push(to - from);
    bench.at(at);
    bench.report("ada", lease, from, Array(to - from).fill(1), 2);
    held.push(...bench.told("ada", "grant"));
  }
  expect(sizes).toEqual([1, 8, 64, 512, 825, 863]); // of 1,000, the surer the nearer
});

describe("between jobs", () => {
  test("[O1] the one with the least granted time for its weight goes first", () => {
    bench.submit({ id: "low", input: { kind: "list", total: 100 }, policy: { priority: "low" } });
    bench.submit({ id: "high", input: { kind: "list", total: 100 }, policy: { priority: "high" } });
    for (let i = 0; i < 20; i++) bench.join(`v${i}`);
    const jobs = Array.from({ length: 20 }, (_, i) => bench.granted(`v${i}`).job);
    expect(jobs.filter((job) => job === "high").length).toBeGreaterThan(15);
    expect(jobs).toContain("low");
  });

  test("[O2] a slot stays with its job for 5 s", () => {
    bench.submit({ id: "a", input: { kind: "list", total: 10_000 } });
    bench.join("ada");
    bench.submit({ id: "b", input: { kind: "list", total: 10_000 } });
    const { lease } = bench.granted("ada");
    bench.at(4_000);
    bench.report("ada", lease, 0, [1]);
    expect(bench.granted("ada").job).toBe("a");
  });

  test("[O2] and then gives way to the job whose turn it is, although it works without a pause", () => {
    bench.submit({ id: "a", input: { kind: "list", total: 100_000 } });
    bench.join("ada");
    bench.submit({ id: "b", input: { kind: "list", total: 100_000 } });
    const jobs = new Set<string>();
    for (let ms = 1_000; ms < 20_000; ms += 1_000) {
      bench.now = ms;
      for (const { job, lease, from, to } of bench.told("ada", "grant")) {
        jobs.add(job);
        bench.report("ada", lease, from, Array(to - from).fill(1));
      }
    }
    expect([...jobs].sort()).toEqual(["a", "b"]);
  });

  test("[O3] an atom that a volunteer declines is not granted to it again", () => {
    bench.submit();
    bench.join("ada");
    bench.say("ada", { type: "decline", atom: "atom-j1", code: "foreign_atom", message: "no" });
    expect(bench.read().leased).toBe(0);
    bench.told("ada", "grant");
    bench.at(10);
    expect(bench.told("ada", "grant")).toEqual([]);
  });
});

test("[O3] an atom whose source a volunteer could not fetch is granted to it again after 60 s, whatever else happens", () => {
  const bench = new Bench();
  bench.submit();
  bench.join("ada");
  bench.granted("ada");
  bench.say("ada", { type: "decline", atom: "atom-j1", code: "source_unreachable", message: "away" });
  for (let ms = 0; ms < 60_000; ms += 10_000) bench.beat("ada", ms);
  bench.at(59_999);
  expect(bench.told("ada", "grant")).toEqual([]);
  bench.at(60_000);
  expect(bench.granted("ada").job).toBe("j1");
});

describe("an automatic chunk", () => {
  const input = { kind: "range", from: 0, total: 10_000_000, chunk: null } as const;

  test("[C1] is 100 ms of the median of three volunteers", () => {
    bench.submit({ input });
    for (const [i, name] of ["ada", "bob", "eve"].entries()) {
      bench.join(name);
      expect(bench.told(name, "probe")).toHaveLength(1);
      bench.say(name, { type: "probed", job: "j1", items: 1_000 * (i + 1), elapsedMs: 100 });
    }
    bench.commit();
    expect(bench.read()).toMatchObject({ chunk: 2_000 });
    expect(bench.granted("ada").to).toBe(1);
  });

  test("[C2] is decided after 2 s by those that came", () => {
    bench.submit({ input });
    bench.join("ada");
    bench.say("ada", { type: "probed", job: "j1", items: 500, elapsedMs: 100 });
    bench.at(1_999);
    expect(bench.read().chunk).toBeNull();
    bench.at(2_000);
    bench.commit();
    expect(bench.read().chunk).toBe(500);
  });

  test("[C3] is never above a thousandth of the items, nor below 1", () => {
    bench.submit({ input: { ...input, total: 5_000 } });
    bench.join("ada");
    bench.say("ada", { type: "probed", job: "j1", items: 5_000, elapsedMs: 1 });
    bench.at(2_000);
    bench.commit();
    expect(bench.read().chunk).toBe(5);
  });

  test("[C4] is 1 when nobody's call succeeds", () => {
    bench.submit({ input });
    bench.join("ada");
    bench.say("ada", { type: "probed", job: "j1", items: 0, elapsedMs: 0 });
    bench.at(2_000);
    bench.commit();
    expect(bench.read().chunk).toBe(1);
  });

  test("[C5] is not decided by volunteers that decline or leave: the next one is asked", () => {
    bench.submit({ input });
    bench.join("ada");
    bench.join("bob");
    bench.cut("bob");
    bench.say("ada", { type: "decline", atom: "atom-j1", code: "foreign_atom", message: "no" });
    bench.at(2_000);
    bench.commit();
    expect(bench.read().chunk).toBeNull();
    bench.join("eve");
    bench.say("eve", { type: "probed", job: "j1", items: 300, elapsedMs: 100 });
    bench.commit();
    expect(bench.read().chunk).toBe(300);
  });

  test("[C6] that is not needed any more leaves the slots that were asked free for other jobs", () => {
    bench.submit({ id: "auto", input });
    bench.join("ada");
    bench.control("auto", { type: "cancel" });
    bench.submit({ id: "next" });
    expect(bench.granted("ada").job).toBe("next");
  });

  test("[C7] of a job that collects leaves no more electrons than may be collected", () => {
    bench.submit({ input: { ...input, total: 1_000_000_000 }, reduce: { all: "collect" } });
    bench.join("ada");
    bench.say("ada", { type: "probed", job: "j1", items: 1, elapsedMs: 100 });
    bench.at(2_000);
    bench.commit();
    expect(bench.read().chunk).toBe(10_000);
  });
});
