import { OPEN_MS } from "@valence/shared/volunteer/work";
import { beforeEach, describe, expect, test } from "vitest";
import { Bench } from "./fixtures.js";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe("the clock of a lease", () => {
  test("[L1] runs out at the time-out and 2 s: the running electron is charged, the worker killed", () => {
    bench.submit({ policy: { timeoutMs: 1_000 } });
    const lease = bench.begin("ada");
    bench.at(2_999);
    expect(bench.told("ada", "revoke")).toEqual([]);
    bench.at(3_000);
    expect(bench.told("ada", "revoke")).toEqual([{ type: "revoke", lease, kill: true, code: "lease_expired" }]);
    expect(bench.read()).toMatchObject({ waiting: 1, leased: 1 });
  });

  test("[L1] begins anew with the lease's start, once more with another worker, and with each report", () => {
    bench.submit({ policy: { timeoutMs: 1_000 } });
    const lease = bench.begin("ada");
    bench.at(2_000);
    bench.say("ada", { type: "start", lease });
    bench.at(2_500);
    bench.say("ada", { type: "start", lease });
    bench.at(4_999);
    expect(bench.told("ada", "revoke")).toEqual([]);
    bench.at(5_000);
    expect(bench.told("ada", "revoke")).toHaveLength(1);
  });

  test("[L2] a disk that is stuck expires nothing", () => {
    bench.submit({ policy: { timeoutMs: 1_000 } });
    bench.begin("ada", { commit: false });
    bench.at(3_000); // the commit of the grant is not answered
    bench.at(5_999);
    bench.commit();
    expect(bench.told("ada", "revoke")).toEqual([]);
    bench.at(6_000);
    expect(bench.told("ada", "revoke")).toHaveLength(1);
  });

  test("[L3] does not run for a lease behind another one", () => {
    bench.submit({ input: { kind: "list", total: 1_000 }, policy: { timeoutMs: 1_000 } });
    bench.join("ada");
    bench.at(10);
    bench.report("ada", bench.granted("ada").lease, 0, [1]);
    bench.commit();
    const [head, behind] = bench.told("ada", "grant");
    expect([head?.slot, behind?.slot]).toEqual([0, 0]);
    bench.say("ada", { type: "start", lease: head!.lease });
    bench.at(3_010);
    expect(bench.told("ada", "revoke").map((revoke) => revoke.lease)).toEqual([head?.lease]);
  });
});

describe("a lease that never begins", () => {
  test("[L4] goes back after the time that opening a worker may take, charged to nobody", () => {
    bench.submit({ policy: { timeoutMs: 1_000 } });
    bench.join("ada");
    bench.commit();
    const { lease } = bench.granted("ada");
    for (let ms = 5_000; ms < OPEN_MS + 2_000; ms += 5_000) bench.beat("ada", ms);
    expect(bench.told("ada", "revoke")).toEqual([]);
    bench.beat("ada", OPEN_MS + 2_000);
    expect(bench.told("ada", "revoke")).toEqual([{ type: "revoke", lease, kill: true, code: "lease_expired" }]);
    expect(bench.read().waiting).toBe(0);
  });
});

describe("a report", () => {
  test("[R1] [S7] is acknowledged when it is durable, and not before", () => {
    bench.submit();
    bench.join("ada");
    bench.commit();
    const { lease } = bench.granted("ada");
    bench.report("ada", lease, 0, [1]);
    expect(bench.told("ada", "ack")).toEqual([]);
    expect(bench.read().done).toBe(0);
    bench.commit();
    expect(bench.told("ada", "ack")).toEqual([{ type: "ack", lease, reported: 1 }]);
    expect(bench.read()).toMatchObject({ done: 1, result: 1 });
  });

  test("[R2] that comes twice is counted once and acknowledged again", () => {
    bench.submit({ input: { kind: "list", total: 1_000 } });
    bench.join("ada");
    const { lease } = bench.granted("ada");
    bench.report("ada", lease, 0, [5]);
    bench.report("ada", lease, 0, [5]);
    bench.commit();
    bench.report("ada", lease, 0, [5]);
    expect(bench.read()).toMatchObject({ done: 1, result: 5 });
  });

  test("[R3] for a lease of somebody else is counted, and its sender told to stop", () => {
    bench.submit();
    bench.join("ada");
    bench.join("bob");
    const { lease } = bench.granted("ada");
    bench.report("bob", lease, 0, [1]);
    bench.commit();
    expect(bench.told("bob", "revoke")).toEqual([{ type: "revoke", lease, kill: true, code: "stale_lease" }]);
    expect(bench.grid.tallies.stale).toBe(1);
    expect(bench.read().done).toBe(0);
  });

  test("[R4] past its lease is refused, and changes nothing", () => {
    bench.submit();
    bench.join("ada");
    const { lease, to } = bench.granted("ada");
    expect(() => bench.report("ada", lease, 0, Array(to + 1).fill(1))).toThrow(
      expect.objectContaining({ code: "bad_message" }),
    );
    expect(bench.read()).toMatchObject({ done: 0, leased: 1 });
  });

  test("[R5] with a gap before it is ignored until the gap is filled", () => {
    bench.submit({ input: { kind: "list", total: 1_000 } });
    bench.join("ada");
    bench.at(1);
    bench.report("ada", bench.granted("ada").lease, 0, [1]);
    const { lease, from } = bench.told("ada", "grant")[0]!;
    bench.report("ada", lease, from + 1, [1]);
    bench.commit();
    expect(bench.read().done).toBe(1);
  });
});

describe("a volunteer that leaves", () => {
  test("[G1] [F10] without a goodbye keeps its leases for 5 s, and nobody is charged", () => {
    bench.submit();
    bench.join("ada");
    bench.granted("ada");
    bench.cut("ada");
    bench.at(4_999);
    expect(bench.read().leased).toBe(1);
    bench.at(5_000);
    expect(bench.read()).toMatchObject({ leased: 0, waiting: 0 });
  });

  test("[G2] and comes back within the grace goes on with what it holds", () => {
    bench.submit();
    bench.join("ada");
    const { lease } = bench.granted("ada");
    bench.cut("ada");
    bench.at(4_000);
    bench.grid.join({ session: "ada", identity: "ada", slots: 1, agent: "", owner: null }, { mono: 4_000, wall: 0 });
    bench.report("ada", lease, 0, [3]);
    bench.say("ada", { type: "holding", leases: [] });
    bench.commit();
    expect(bench.read()).toMatchObject({ done: 1, result: 3 });
  });

  test("[G3] with a goodbye gives its leases back at once, and hears `bye` when all it said is durable", () => {
    bench.submit();
    bench.join("ada");
    bench.commit();
    bench.say("ada", { type: "goodbye" });
    expect(bench.read().leased).toBe(0);
    expect(bench.told("ada", "bye")).toEqual([]);
    bench.commit();
    expect(bench.told("ada", "bye")).toEqual([{ type: "bye" }]);
  });

  test("[G3] with a goodbye beside its link gives them back, too, also when the link is cut; one that nobody knows changes nothing", () => {
    bench.submit();
    bench.join("ada");
    bench.commit();
    bench.part("ada");
    expect(bench.read().leased).toBe(0);
    bench.join("bob");
    bench.cut("bob");
    expect(bench.read().leased).toBe(1);
    bench.part("bob");
    bench.part("eve");
    expect(bench.read()).toMatchObject({ leased: 0, waiting: 0 });
  });

  test.each(["goodbye", "cut", "silence"])(
    "[G8] by %s keeps done what it has reported of its lease; the rest is ready again",
    (way) => {
      bench.submit({ input: { kind: "list", total: 1_000 } });
      bench.join("ada");
      bench.at(1);
      bench.report("ada", bench.granted("ada").lease, 0, [1]);
      bench.commit();
      const { lease, from, to } = bench.told("ada", "grant")[0]!;
      expect(to - from).toBeGreaterThan(3);
      bench.say("ada", { type: "start", lease });
      bench.report("ada", lease, from, [1, 1]);
      if (way === "goodbye") bench.say("ada", { type: "goodbye" });
      if (way === "cut") bench.cut("ada");
      bench.commit();
      bench.at(way === "silence" ? 15_001 : 5_001);
      bench.commit();
      expect(bench.read()).toMatchObject({ done: 3, leased: 0, waiting: 0, dead: 0, result: 3 });
      bench.join("bob");
      expect(bench.told("bob", "grant")[0]?.from).toBe(from + 2);
    },
  );

  test("[G4] in silence is given up after 15 s", () => {
    bench.submit({ policy: { timeoutMs: 60_000 } });
    bench.join("ada");
    bench.at(14_999);
    expect(bench.read().leased).toBe(1);
    bench.at(15_000);
    expect(bench.read().leased).toBe(0);
    expect(bench.grid.sessions()).toEqual([]);
  });

  test("[G4] in silence is given up after 15 s, also when it closes meanwhile", () => {
    bench.submit({ policy: { timeoutMs: 60_000 } });
    bench.join("ada");
    bench.at(12_000);
    bench.cut("ada");
    bench.at(14_999);
    expect(bench.read().leased).toBe(1);
    bench.at(15_000);
    expect(bench.read().leased).toBe(0);
  });

  test("[G5] is not replaced by another identity that names its session", () => {
    bench.join("ada");
    expect(() => bench.join("ada", { identity: "eve" })).toThrow(expect.objectContaining({ code: "session_in_use" }));
  });

  test("[G6] says what it holds: the rest goes back, and what is not its own is revoked", () => {
    bench.submit();
    bench.join("ada");
    bench.say("ada", { type: "holding", leases: [77] });
    expect(bench.told("ada", "revoke")).toEqual([{ type: "revoke", lease: 77, kill: true, code: "stale_lease" }]);
  });
});
