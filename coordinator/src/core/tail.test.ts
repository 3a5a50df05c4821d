import { SLOTS_MAX } from "@valence/shared/limits";
import { beforeEach, describe, expect, test } from "vitest";
import { Bench, type SpecChanges, WALL } from "./fixtures.js";
import { CUT_MS } from "./forecast.js";
import type { GridState } from "./state.js";
import { copyLast, endsToLookAt, LAP_REST_MS, LEASES_LOOK_MAX, LOOK_MS, SLOTS_LOOK_MAX } from "./tail.js";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

const counts = () => {
  const { done, leased, waiting, dead, skipped } = bench.read();
  return { done, leased, waiting, dead, skipped };
};
const copies = () => bench.grid.tallies.copies;
/** The job as its last commit made it. */
const ended = () => bench.kept().status;
const failures = () => bench.written.filter(({ type }) => type === "failure");

/** Everybody has done an electron in 1 s each and is at another one, which is the last; then all but ada have done theirs. Now is 2,000. */
function lastElectron(
  others: readonly string[],
  changes: SpecChanges = {},
  identities: Record<string, string> = {},
): number {
  const sessions = ["ada", ...others];
  bench.submit({ input: { kind: "list", total: 2 * sessions.length }, ...changes });
  for (const session of sessions) bench.join(session, { identity: identities[session] ?? session });
  const work = (session: string) => {
    const { lease, from } = bench.granted(session);
    bench.say(session, { type: "start", lease });
    return { lease, from };
  };
  const first = sessions.map((session) => ({ session, ...work(session) }));
  bench.at(1_000);
  for (const { session, lease, from } of first) bench.report(session, lease, from, [1], 1_000);
  const second = sessions.map((session) => ({ session, ...work(session) }));
  bench.at(2_000);
  for (const { session, lease, from } of second) if (session !== "ada") bench.report(session, lease, from, [1], 1_000);
  bench.commit();
  return second[0]!.lease;
}

/** Ada is at the last electron for twice as long as anybody was at one, and bob is at it, too. */
function copied(changes: SpecChanges = {}): { ada: number; bob: number; electron: number } {
  const ada = lastElectron(["bob"], changes);
  bench.at(6_000);
  const { lease, from } = bench.granted("bob");
  bench.say("bob", { type: "start", lease });
  bench.commit();
  return { ada, bob: lease, electron: from };
}

/** Volunteers with so many slots in all. */
function joinCrowd(slots: number): void {
  for (let from = 0; from < slots; from += SLOTS_MAX) {
    bench.join(`crowd ${from}`, { slots: Math.min(SLOTS_MAX, slots - from) });
  }
}

describe("a copy", () => {
  test("[Y2] goes to an idle slot when its holder is as late as half as long again as the copy will take, and not before", () => {
    lastElectron(["bob"]);
    bench.at(4_500);
    expect(bench.told("bob", "grant")).toEqual([]);
    bench.at(5_500);
    expect(bench.told("bob", "grant")).toMatchObject([{ from: 2, to: 3, attempt: 2 }]);
    expect(counts()).toMatchObject({ done: 3, leased: 1 });
    expect(copies()).toEqual({ granted: 1, won: 0, lost: 0 });
  });

  test("[Y2] is made of the work of a slow holder at once", () => {
    bench.submit({ input: { kind: "list", total: 4 } });
    bench.join("slow");
    const first = bench.granted("slow");
    bench.at(10_000);
    bench.report("slow", first.lease, 0, [1], 10_000);
    bench.join("bob");
    bench.at(10_100);
    for (let i = 0; i < 2; i++) {
      const { lease, from } = bench.granted("bob");
      bench.at(bench.now + 100);
      bench.report("bob", lease, from, [1], 100);
      bench.commit();
    }
    bench.at(10_500);
    expect(bench.granted("bob")).toMatchObject({ from: 1, to: 2, attempt: 2 });
  });

  test("[Y2] is made of the first electron of all, when its holder has been silent for 6.5 s or cut off for 1 s", () => {
    for (const [way, ms] of [["silence", 6_500] as const, ["a cut", 1_000] as const]) {
      bench = new Bench();
      bench.submit({ input: { kind: "list", total: 1 } });
      bench.join("ada");
      bench.join("bob");
      bench.commit();
      if (way === "a cut") bench.cut("ada");
      else bench.beat("bob", 5_000);
      bench.at(ms - 1);
      expect(bench.told("bob", "grant")).toEqual([]);
      bench.at(ms + LOOK_MS);
      expect(bench.told("bob", "grant")).toMatchObject([{ from: 0, attempt: 2 }]);
    }
  });

  test("[Y2] is made at once of a holder that may need as much longer as its electrons differ", () => {
    lastElectron(["bob"]);
    Object.assign(bench.grid.audit.sessions.get("ada")!.paces.get("j1")!, { spreadMs: 9_000 });
    bench.at(2_200);
    expect(bench.told("bob", "grant")).toMatchObject([{ from: 2, attempt: 2 }]);
  });

  test("[Y3] that answers first counts once, and the original is revoked, charged to nobody and blamed on nobody", () => {
    const { ada, bob, electron } = copied();
    bench.report("bob", bob, electron, [1]);
    bench.commit();
    expect(bench.told("ada", "revoke")).toEqual([{ type: "revoke", lease: ada, kill: true, code: "taken_over" }]);
    expect(ended()).toMatchObject({ state: "succeeded", done: 4 });
    expect(failures()).toEqual([]);
    expect(bench.grid.audit.standings.size).toBe(0);
    expect(copies()).toEqual({ granted: 1, won: 1, lost: 0 });
  });

  test("[Y3] that answers later is stale and does not count", () => {
    const { ada, bob, electron } = copied();
    bench.report("ada", ada, electron, [1]);
    expect(bench.told("bob", "revoke")).toEqual([{ type: "revoke", lease: bob, kill: true, code: "taken_over" }]);
    bench.report("bob", bob, electron, [9]);
    bench.commit();
    expect(ended()).toMatchObject({ state: "succeeded", done: 4 });
    expect(bench.grid.tallies.stale).toBe(1);
    expect(copies()).toEqual({ granted: 1, won: 0, lost: 1 });
  });

  test("[Y4] is the only one", () => {
    lastElectron(["bob", "eve"]);
    bench.at(14_000);
    const told = ["bob", "eve"].flatMap((session) => bench.told(session, "grant"));
    expect(told).toHaveLength(1);
    expect(counts().leased).toBe(1);
  });

  test("[Y4] goes to another identity than the holder's, while one is there; then to another session of the same", () => {
    bench.submit({ input: { kind: "list", total: 3 } });
    bench.join("ada");
    bench.join("bob");
    bench.join("ada2", { identity: "ada", slots: 2 });
    bench.cut("ada");
    for (const ms of [3_000, 4_500]) for (const session of ["bob", "ada2"]) bench.beat(session, ms);
    expect(bench.told("ada2", "grant")).toHaveLength(1);
    bench.say("bob", { type: "goodbye" });
    expect(bench.told("ada2", "grant")).toMatchObject([{ from: 1, attempt: 1 }]);
    expect(copies().granted).toBe(0);
  });

  test.each([
    { unfit: SLOTS_LOOK_MAX - 1, passedOver: false, granted: 1 },
    { unfit: SLOTS_LOOK_MAX, passedOver: false, granted: 0 },
    { unfit: SLOTS_LOOK_MAX - 1, passedOver: true, granted: 1 },
    { unfit: SLOTS_LOOK_MAX + 1, passedOver: true, granted: 0 },
  ])(
    "[M1] goes $granted times to an idle slot behind $unfit that may not have it (passed over before: $passedOver)",
    ({ unfit, passedOver, granted }) => {
      bench.submit({ input: { kind: "list", total: 1 } });
      for (const [session, slots] of Object.entries({ ada: 1, unfit, bob: 1 })) bench.join(session, { slots });
      bench.cut("ada");
      const state = bench.grid.audit as GridState;
      state.sessions.get("unfit")!.declined.set("atom-j1", { code: "foreign_atom", until: Number.POSITIVE_INFINITY });
      state.now = { mono: CUT_MS, wall: WALL + CUT_MS };
      for (const slots of [state.idle, state.parked]) slots.clear();
      for (const slot of state.sessions.get("unfit")!.slots) state.idle.add(slot);
      for (const slot of state.sessions.get("bob")!.slots) (passedOver ? state.parked : state.idle).add(slot);
      copyLast(state, endsToLookAt(state));
      expect(copies().granted).toBe(granted);
    },
  );

  test.each([
    { ahead: LEASES_LOOK_MAX - 1, first: 1 },
    { ahead: LEASES_LOOK_MAX, first: 0 },
  ])(
    "[Y8] is made $first times in the first look of a lease behind $ahead others, and then in the next",
    ({ ahead, first }) => {
      joinCrowd(ahead);
      bench.join("ada");
      bench.submit({ input: { kind: "list", total: ahead + 1 } });
      bench.cut("ada");
      bench.join("bob");
      bench.commit();
      bench.at(CUT_MS);
      expect(copies().granted).toBe(first);
      bench.at(CUT_MS + LOOK_MS);
      expect(bench.told("bob", "grant")).toMatchObject([{ from: ahead, attempt: 2 }]);
    },
  );

  test("[Y8] is made in time of a lease before so many others, though nothing happens", () => {
    bench.join("ada");
    joinCrowd(LEASES_LOOK_MAX);
    bench.submit({ input: { kind: "list", total: LEASES_LOOK_MAX + 1 } });
    bench.cut("ada");
    bench.join("bob");
    bench.commit();
    for (let due = bench.grid.nextDeadline(); due <= CUT_MS + 2 * LOOK_MS; due = bench.grid.nextDeadline())
      bench.jump(due);
    expect(bench.told("bob", "grant")).toMatchObject([{ from: 0, attempt: 2 }]);
  });

  test("[M1] keeps nothing of leases that come and go while no slot is idle", () => {
    joinCrowd(LEASES_LOOK_MAX);
    bench.join("bob");
    bench.submit({ input: { kind: "list", total: LEASES_LOOK_MAX } });
    bench.commit();
    expect(bench.grid.audit.tailLeases).not.toBeNull();
    bench.submit({ id: "j2", input: { kind: "list", total: 1_000 } });
    bench.at(LOOK_MS + LAP_REST_MS);
    expect(bench.grid.audit.tailLeases).toBeNull();
  });

  test("[Y5] is not made where a second try is not allowed, or never anything twice", () => {
    lastElectron(["bob"], { policy: { attemptsMax: 1 } });
    bench.at(12_000);
    expect(bench.told("bob", "grant")).toEqual([]);
    bench = new Bench();
    bench.submit({ input: { kind: "list", total: 1 }, policy: { delivery: "at-most-once" } });
    bench.join("ada");
    bench.join("bob");
    bench.commit();
    bench.beat("bob", 12_000);
    expect(bench.told("bob", "grant")).toEqual([]);
  });
});

describe("of an electron and its copy", () => {
  test("[Y5] the one that fails costs an attempt, and the other one goes on", () => {
    const { ada, bob, electron } = copied();
    bench.fail("ada", ada, electron);
    expect(counts()).toMatchObject({ leased: 1, waiting: 0, dead: 0 });
    bench.report("bob", bob, electron, [1]);
    bench.commit();
    expect(ended()).toMatchObject({ state: "succeeded", done: 4 });
    expect(failures()).toHaveLength(1);
  });

  test("[Y5] both that fail cost two attempts, and the electron waits for its third", () => {
    const { ada, bob, electron } = copied();
    bench.fail("ada", ada, electron);
    bench.fail("bob", bob, electron);
    expect(counts()).toMatchObject({ leased: 0, waiting: 1, dead: 0 });
    bench.at(10_000);
    const granted = [...bench.told("ada", "grant"), ...bench.told("bob", "grant")];
    expect(granted.at(-1)).toMatchObject({ from: electron, attempt: 3 });
  });

  test("[Y5] a failure that nobody may repeat buries it, and the other is revoked", () => {
    const { ada, bob, electron } = copied({ policy: { onFailure: { tolerate: 1 } } });
    bench.fail("bob", bob, electron, { retryable: false });
    bench.commit();
    expect(ended()).toMatchObject({ state: "succeeded", done: 3, dead: 1 });
    expect(bench.told("ada", "revoke")).toMatchObject([{ lease: ada, code: "taken_over" }]);
    bench.report("ada", ada, electron, [1]);
    expect(bench.grid.tallies.stale).toBe(1);
  });

  test("[Y5] a result that cannot be folded is a failure like any other", () => {
    const { ada, bob, electron } = copied();
    bench.report("bob", bob, electron, ["no number"]);
    expect(counts()).toMatchObject({ leased: 1, waiting: 0 });
    bench.report("ada", ada, electron, [1]);
    bench.commit();
    expect(ended()).toMatchObject({ state: "succeeded", done: 4 });
  });

  test.each(["ada", "bob"])("[Y5] %s may leave, and the other one has it alone", (leaver) => {
    const held = copied();
    const stayer = leaver === "ada" ? "bob" : "ada";
    bench.say(leaver, { type: "goodbye" });
    expect(counts()).toMatchObject({ leased: 1, waiting: 0 });
    bench.report(stayer, held[stayer], held.electron, [1]);
    bench.commit();
    expect(ended()).toMatchObject({ state: "succeeded", done: 4 });
    expect(failures()).toEqual([]);
  });

  test("[Y5] both may vanish: it is ready again, and charged to nobody", () => {
    copied();
    bench.cut("ada");
    bench.cut("bob");
    bench.at(11_000);
    expect(counts()).toMatchObject({ done: 3, leased: 0, waiting: 0 });
    expect(failures()).toEqual([]);
  });

  test("[Y5] a clock that runs out charges it, and the other one goes on", () => {
    copied({ policy: { timeoutMs: 4_000 } });
    bench.at(7_500);
    bench.commit();
    expect(counts()).toMatchObject({ leased: 1, waiting: 0 });
    expect(failures()).toMatchObject([{ failure: { code: "time_out", attempt: 1 } }]);
  });

  test("[S2] [S3] both let their electron end in a pause, and are killed by a cancel", () => {
    const { ada, bob } = copied();
    bench.control("j1", { type: "pause" });
    for (const [session, lease] of Object.entries({ ada, bob }))
      expect(bench.told(session, "revoke")).toEqual([{ type: "revoke", lease, kill: false, code: "job_paused" }]);
    bench.say("bob", { type: "return", lease: bob });
    expect(counts().leased).toBe(1);
    bench.say("ada", { type: "return", lease: ada });
    expect(counts().leased).toBe(0);
    bench = new Bench();
    copied();
    bench.control("j1", { type: "cancel" });
    bench.commit();
    expect(ended()).toMatchObject({ state: "cancelled", done: 3, skipped: 1 });
  });

  test.each(["ada", "bob"])(
    "[Y6] both are there after a restart, and the first answer wins, as that of %s",
    (first) => {
      const held = copied();
      const spec = bench.grid.job("j1")!.spec;
      const kept = bench.kept();
      bench = new Bench(2);
      bench.restore(spec, kept);
      for (const session of ["ada", "bob"] as const) bench.join(session, { holding: [held[session]] });
      expect(counts()).toMatchObject({ done: 3, leased: 1 });
      bench.report(first, held[first as "ada" | "bob"], held.electron, [1]);
      bench.commit();
      expect(bench.told(first === "ada" ? "bob" : "ada", "revoke")).toMatchObject([{ code: "taken_over" }]);
      expect(ended()).toMatchObject({ state: "succeeded", done: 4 });
    },
  );
});

describe("what has not begun", () => {
  const granted = (session: string) => bench.told(session, "grant").map(({ from, to }) => [from, to]);

  /** Ada takes 200 ms an electron and holds [1, 6) and, behind it, [6, 8). Bob is there for the other two. Now is 200. */
  function twoLeases(): { head: number; behind: number } {
    bench.submit({ input: { kind: "list", total: 10 } });
    bench.join("ada");
    const first = bench.granted("ada");
    bench.at(200);
    bench.report("ada", first.lease, 0, [1], 200);
    const [head, behind] = bench.told("ada", "grant");
    expect(head).toMatchObject({ from: 1, to: 6 });
    expect(behind).toMatchObject({ from: 6, to: 8 });
    bench.say("ada", { type: "start", lease: head!.lease });
    bench.join("bob");
    bench.commit();
    return { head: head!.lease, behind: behind!.lease };
  }

  /** Bob does all that he is given, until nothing more is given to him: each electron takes him so long. */
  function bobWorks(electronMs: number): number[][] {
    const done: number[][] = [];
    const held = bench.told("bob", "grant");
    for (let next = held.shift(); next; next = held.shift()) {
      const { lease, from, to } = next;
      bench.at(bench.now + electronMs * (to - from));
      bench.report("bob", lease, from, Array(to - from).fill(1), electronMs);
      bench.commit();
      done.push([from, to]);
      held.push(...bench.told("bob", "grant"));
    }
    return done;
  }

  test("[Y1] of a lease behind another one goes to a slot that is idle", () => {
    const { behind } = twoLeases();
    expect(bobWorks(200).slice(0, 4)).toEqual([
      [8, 9],
      [9, 10],
      [6, 7],
      [7, 8],
    ]);
    expect(bench.told("ada", "revoke")[0]).toMatchObject({ lease: behind, kill: true, code: "taken_over" });
  });

  test("[Y1] of a lease at work goes to a slot that is idle, but for what its holder in time will have begun", () => {
    const { head } = twoLeases();
    expect(bobWorks(50)).toContainEqual([5, 7]);
    expect(bench.grid.audit.leases.get(head)).toMatchObject({ next: 1, to: 5 });
  });

  test("[Y1] [Y2] of a lease at work goes all to slots that are idle when its holder is late, and what has begun is copied", () => {
    const { head } = twoLeases();
    expect(bobWorks(200).at(-1)).toEqual([1, 2]);
    expect(copies()).toEqual({ granted: 1, won: 1, lost: 0 });
    expect(ended()).toMatchObject({ state: "succeeded", done: 10 });
    expect(bench.told("ada", "revoke").at(-1)).toEqual({ type: "revoke", lease: head, kill: true, code: "taken_over" });
  });

  test("[Y1] counts once: a report that goes past the new end is cut there, and its holder told to stop", () => {
    const { head } = twoLeases();
    bobWorks(50);
    bench.report("ada", head, 1, [1]);
    bench.report("ada", head, 2, [1, 1, 1, 9]);
    bench.commit();
    expect(bench.written.flatMap((write) => (write.type === "report" ? [write.row.span] : [])).at(-1)).toEqual({
      from: 2,
      to: 5,
    });
    expect(ended()).toMatchObject({ state: "succeeded", done: 10 });
    expect(bench.told("ada", "revoke").at(-1)).toMatchObject({ lease: head, code: "taken_over" });
  });

  test("[Y1] costs no attempt when it fails where it is not its holder's any more", () => {
    const { head } = twoLeases();
    bobWorks(50);
    bench.report("ada", head, 1, [1, 1, 1, 1]);
    bench.fail("ada", head, 5);
    bench.commit();
    expect(failures()).toEqual([]);
    expect(ended()).toMatchObject({ state: "succeeded", done: 10 });
  });

  test("[Y6] stays with whom it was given to after a restart, and a longer report is cut where its lease now ends", () => {
    const { head } = twoLeases();
    bobWorks(50);
    const { spec } = bench.grid.job("j1")!;
    const kept = bench.kept();
    bench = new Bench(2);
    bench.restore(spec, kept);
    bench.join("ada", { holding: [head] });
    bench.report("ada", head, 1, [1, 1, 1, 1, 9]);
    bench.commit();
    expect(ended()).toMatchObject({ state: "succeeded", done: 10 });
  });

  test("[Z6] waits behind another lease only where an electron of it is the slot's part, and behind none that is late", () => {
    const { head } = twoLeases();
    bobWorks(200);
    bench.report("ada", head, 1, [1]);
    bench.commit();
    bench = new Bench();
    bench.submit({ input: { kind: "list", total: 4 } });
    for (const session of ["ada", "bob"]) bench.join(session);
    bench.at(200);
    bench.report("ada", bench.granted("ada").lease, 0, [1], 200);
    expect(granted("ada")).toEqual([[2, 3]]);
  });
});

describe("nothing is taken or copied", () => {
  test("[Y7] for 2 s after the coordinator was away, in which those who seem late may speak", () => {
    lastElectron(["bob"]);
    bench.jump(12_000);
    bench.at(13_999);
    expect(bench.told("bob", "grant")).toEqual([]);
  });

  test("[Y7] while the disk is stuck: whoever waits for it is not late", () => {
    lastElectron(["bob"]);
    bench.say("bob", { type: "goodbye" });
    bench.join("eve");
    bench.at(6_000);
    expect(bench.told("eve", "grant")).toEqual([]);
    bench.commit();
    bench.at(6_100);
    expect(bench.told("eve", "grant")).toHaveLength(1);
  });

  test("[Y7] from those who have not come back after a restart, while they have their grace", () => {
    const { ada, electron } = copied();
    const { spec } = bench.grid.job("j1")!;
    const kept = bench.kept();
    bench = new Bench(2);
    bench.restore(spec, { ...kept, grants: kept.grants.filter(({ lease }) => lease === ada) });
    bench.join("eve");
    for (const ms of [5_000, 10_000]) bench.beat("eve", ms);
    bench.at(14_999);
    expect(bench.told("eve", "grant")).toEqual([]);
    bench.at(15_000);
    expect(bench.granted("eve")).toMatchObject({ from: electron });
  });
});
