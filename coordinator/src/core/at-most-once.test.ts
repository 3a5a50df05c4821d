import { beforeEach, describe, expect, test } from "vitest";
import { Bench } from "./fixtures.js";

const ONCE = {
  input: { kind: "list", total: 4 },
  policy: { delivery: "at-most-once", onFailure: { tolerate: 1 }, attemptsMax: 4, timeoutMs: 60_000 },
} as const;

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

const letters = () =>
  bench.written.flatMap((write) =>
    write.type === "failure" ? [`${write.failure.electron} ${write.failure.code}`] : [],
  );
const lastStatus = () => bench.written.findLast((write) => write.type === "status")?.status;

/** A volunteer that has been sent an electron, and has begun it if it `begins`; gives the lease. */
function running(session: string, { begins = true } = {}): number {
  bench.join(session);
  bench.commit();
  const { lease } = bench.granted(session);
  if (begins) bench.say(session, { type: "start", lease });
  bench.commit();
  return lease;
}

describe("a lease of a job that runs at most once", () => {
  test("[N1] [N2] has one electron, is sent when its grant is durable, and none waits behind it", () => {
    bench.submit({ ...ONCE, input: { kind: "list", total: 1_000 } });
    bench.join("ada");
    expect(bench.told("ada", "grant")).toEqual([]);
    expect(bench.read().leased).toBe(1);
    for (let electron = 0; electron < 4; electron++) {
      bench.commit();
      const grants = bench.told("ada", "grant");
      expect(grants).toMatchObject([{ from: electron, to: electron + 1, attempt: 1 }]);
      bench.report("ada", grants[0]!.lease, electron, [1]);
    }
  });

  test("[N1] tells its volunteer that nothing of it may run again", () => {
    bench.submit(ONCE);
    bench.join("ada");
    bench.commit();
    expect(bench.told("ada", "job")).toMatchObject([{ job: "j1", once: true }]);
  });

  test("[N2] [N4] is never sent when its link was lost before it was durable, and goes to somebody else", () => {
    bench.submit(ONCE);
    bench.join("ada");
    bench.cut("ada");
    bench.commit();
    bench.at(5_000);
    bench.join("bob");
    bench.commit();
    expect(bench.told("ada", "grant")).toEqual([]);
    expect(bench.granted("bob").from).toBe(0);
    expect(letters()).toEqual([]);
  });

  test("[N2] [S2] is never sent when its job was paused before it was durable", () => {
    bench.submit(ONCE);
    bench.join("ada");
    bench.control("j1", { type: "pause" });
    bench.commit();
    expect(bench.told("ada", "grant")).toEqual([]);
    expect(bench.read()).toMatchObject({ leased: 0, dead: 0 });
  });
});

describe("an electron that may run once at most, and has no outcome, is a dead letter", () => {
  test("[N3] when it fails, whatever attempts there are", () => {
    bench.submit(ONCE);
    bench.fail("ada", running("ada"), 0);
    bench.commit();
    expect(letters()).toEqual(["0 error"]);
    expect(bench.read()).toMatchObject({ dead: 1, waiting: 0 });
  });

  test("[N3] when its volunteer vanishes, whether its start was heard or not", () => {
    bench.submit(ONCE);
    running("ada");
    running("bob", { begins: false });
    for (const session of ["ada", "bob"]) bench.cut(session);
    bench.at(5_000);
    bench.commit();
    expect(letters()).toEqual(["0 unknown_outcome", "1 unknown_outcome"]);
  });

  test("[N3] when its clock runs out, or its volunteer leaves while it runs", () => {
    bench.submit({ ...ONCE, policy: { ...ONCE.policy, timeoutMs: 1_000 } });
    running("ada");
    running("bob");
    bench.say("bob", { type: "goodbye" });
    bench.commit();
    bench.at(3_000);
    bench.commit();
    expect(letters()).toEqual(["1 unknown_outcome", "0 time_out"]);
  });

  test("[N3] when its volunteer comes back without it: it may have begun, and been stopped, while it was away", () => {
    bench.submit(ONCE);
    running("ada", { begins: false });
    bench.cut("ada");
    bench.join("ada");
    bench.commit();
    expect(letters()).toEqual(["0 unknown_outcome"]);
  });

  test("[N3] when the job is cancelled or fails while it runs: a later retry must not run it unasked", () => {
    bench.submit(ONCE);
    running("ada");
    bench.control("j1", { type: "cancel" });
    bench.commit();
    expect(lastStatus()).toMatchObject({ state: "cancelled", dead: 1, skipped: 3 });
    expect(letters()).toEqual(["0 unknown_outcome"]);
  });

  test("[N3] and fails the job when it tolerates none", () => {
    bench.submit({ ...ONCE, policy: { delivery: "at-most-once" } });
    running("ada");
    bench.cut("ada");
    bench.at(5_000);
    bench.commit();
    expect(lastStatus()).toMatchObject({ state: "failed", error: { code: "dead_letter" } });
  });

  test("[N3] [F8] which a person may retry", () => {
    bench.submit(ONCE);
    bench.fail("ada", running("ada"), 0);
    bench.control("j1", { type: "retry", electron: 0 });
    bench.commit();
    bench.report("ada", bench.granted("ada").lease, 1, [1]);
    bench.commit();
    expect(bench.granted("ada")).toMatchObject({ from: 0, attempt: 1 });
  });
});

describe("it is ready again", () => {
  test("[N4] when its holder gives it back before it began", () => {
    bench.submit(ONCE);
    const lease = running("ada", { begins: false });
    bench.say("ada", { type: "return", lease });
    expect(bench.read()).toMatchObject({ dead: 0 });
    running("bob", { begins: false });
    bench.say("bob", { type: "goodbye" });
    bench.commit();
    expect(letters()).toEqual([]);
  });
});

test("[N1] [N4] a decline gives back nothing that may have crossed it, and begun", () => {
  bench.submit(ONCE);
  const lease = running("ada", { begins: false });
  bench.say("ada", { type: "decline", atom: "atom-j1", code: "source_unreachable", message: "away" });
  expect(bench.read().leased).toBe(1);
  bench.say("ada", { type: "start", lease });
  bench.report("ada", lease, 0, [1]);
  bench.commit();
  expect(bench.read()).toMatchObject({ done: 1, dead: 0 });
});

describe("after a restart", () => {
  const restarted = () => {
    const spec = bench.submit({ ...ONCE, id: "j1" });
    const lease = running("ada");
    const kept = bench.kept();
    bench = new Bench(2);
    bench.restore(spec, kept);
    return lease;
  };

  test("[N3] [K4] a holder that is back goes on with it", () => {
    const lease = restarted();
    bench.join("ada", { holding: [lease] });
    bench.report("ada", lease, 0, [5]);
    bench.commit();
    expect(bench.read()).toMatchObject({ done: 1, dead: 0, result: 5 });
  });

  test("[N3] it is a dead letter when the holder does not come back within 15 s, or comes without it", () => {
    restarted();
    bench.at(15_000);
    bench.commit();
    expect(letters()).toEqual(["0 unknown_outcome"]);
    bench = new Bench();
    restarted();
    bench.join("ada");
    bench.commit();
    expect(letters()).toEqual(["0 unknown_outcome"]);
  });
});
