import { beforeEach, describe, expect, test } from "vitest";
import { Bench } from "./fixtures.js";

const ONE = { input: { kind: "list", total: 1 }, policy: { backoff: { baseMs: 0 } } } as const;

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

const failures = () => bench.written.flatMap((write) => (write.type === "failure" ? [write.failure] : []));

/** A volunteer comes, begins what it is granted, and is never heard of again. */
function vanish(identity: string, { begins = true } = {}): void {
  bench.join(identity);
  const { lease } = bench.granted(identity);
  if (begins) bench.say(identity, { type: "start", lease });
  bench.cut(identity);
  bench.commit();
  bench.at(bench.now + 5_000);
  bench.at(bench.now + 1); // what was charged is ready again
  bench.commit();
}

describe("an electron that was the running one when its session vanished", () => {
  test("[B6] [F10] goes back, charged to nobody, and is leased alone from then on", () => {
    bench.submit({ input: { kind: "list", total: 1_000 } });
    const first = bench.begin("ada");
    bench.at(1);
    bench.report("ada", first, 0, [1]);
    const { lease, from, to } = bench.told("ada", "grant")[0]!;
    expect(to - from).toBeGreaterThan(2);
    bench.say("ada", { type: "start", lease });
    bench.report("ada", lease, from, [1]);
    bench.cut("ada");
    bench.commit();
    bench.at(5_001);
    expect(bench.read()).toMatchObject({ done: 2, leased: 0, waiting: 0, dead: 0 });
    bench.join("bob");
    expect(bench.told("bob", "grant")[0]).toMatchObject({ from: from + 1, to: from + 2, attempt: 1 });
    expect(failures()).toEqual([]);
  });

  test("[B6] is charged when it was so with three identities, by each vanishing after that, and nobody is blamed", () => {
    bench.submit(ONE);
    for (const identity of ["ada", "bob", "eve"]) vanish(identity);
    expect(failures()).toEqual([]);
    vanish("ada");
    vanish("sue");
    expect(failures().map(({ code, attempt, identity }) => [code, attempt, identity])).toEqual([
      ["vanished", 1, "ada"],
      ["vanished", 2, "sue"],
    ]);
    bench.join("tom");
    bench.report("tom", bench.granted("tom").lease, 0, [1]);
    expect(bench.grid.audit.standings.size).toBe(0);
  });

  test("[B6] is a dead letter when its attempts are spent that way", () => {
    bench.submit({ ...ONE, policy: { ...ONE.policy, attemptsMax: 1 } });
    for (const identity of ["ada", "bob", "eve", "sue"]) vanish(identity);
    const status = bench.written.findLast((write) => write.type === "status")?.status;
    expect(status).toMatchObject({ state: "failed", dead: 1, error: { code: "dead_letter" } });
  });

  test("[B6] is charged, too, when nobody heard any more that it had begun", () => {
    bench.submit(ONE);
    for (const identity of ["ada", "bob", "eve", "sue"]) vanish(identity, { begins: false });
    expect(failures()).toMatchObject([{ code: "vanished", identity: "sue" }]);
  });

  test("[B6] of one identity again and again is charged to nobody", () => {
    bench.submit(ONE);
    for (let i = 0; i < 6; i++) vanish("ada");
    expect(failures()).toEqual([]);
  });

  test("[B6] [B8] is not forgotten when the coordinator starts again", () => {
    const spec = bench.submit(ONE);
    for (const identity of ["ada", "bob", "eve"]) vanish(identity);
    const kept = bench.kept();
    bench = new Bench(2);
    bench.restore(spec, kept);
    bench.at(30_000);
    vanish("sue");
    expect(failures()).toMatchObject([{ code: "vanished", identity: "sue" }]);
  });
});

describe("nothing is remembered of an electron", () => {
  test("[B6] whose session said goodbye, or did not come back after a restart", () => {
    const spec = bench.submit(ONE);
    bench.begin("ada");
    bench.say("ada", { type: "goodbye" });
    bench.commit();
    bench.begin("bob");
    const kept = bench.kept();
    expect(kept.grants).toHaveLength(1);
    bench = new Bench(2);
    bench.restore(spec, kept);
    bench.at(15_000);
    bench.commit();
    expect(bench.read()).toMatchObject({ leased: 0, waiting: 0 });
    expect(bench.grid.job("j1")?.electrons?.failed.size).toBe(0);
  });
});

describe("a coordinator that was away itself", () => {
  test("[B7] expires no leases for 2 s more, in which their volunteers may speak", () => {
    bench.submit({ policy: { timeoutMs: 1_000 } });
    const lease = bench.begin("ada");
    bench.jump(20_000); // its clock ran out at 3,000, and its silence at 15,000
    expect(bench.told("ada", "revoke")).toEqual([]);
    expect(bench.grid.sessions()).toHaveLength(1);
    bench.report("ada", lease, 0, [1]);
    bench.commit();
    expect(bench.read()).toMatchObject({ done: 1, waiting: 0 });
  });

  test("[B7] and expires them then, when nothing is heard", () => {
    bench.submit({ policy: { timeoutMs: 1_000 } });
    bench.begin("ada");
    bench.jump(20_000);
    bench.at(21_999);
    expect(bench.read()).toMatchObject({ leased: 1 });
    bench.at(22_000);
    expect(bench.told("ada", "revoke")).toHaveLength(1);
    bench.at(24_999);
    expect(bench.grid.sessions()).toHaveLength(1);
    bench.at(25_000);
    expect(bench.grid.sessions()).toEqual([]);
  });

  test.each(["before", "after"])("[B7] waits 5 s for a session whose link is closed %s that is noticed", (when) => {
    bench.submit();
    const lease = bench.begin("ada");
    bench.now = 20_000;
    if (when === "before") bench.cut("ada");
    bench.at(20_000);
    if (when === "after") bench.cut("ada");
    bench.at(24_999);
    bench.join("ada", { holding: [lease] });
    bench.at(25_000);
    expect(bench.read()).toMatchObject({ leased: 1 });
    expect(bench.told("ada", "revoke")).toEqual([]);
  });

  test("[B7] wakes what waits for nobody at once", () => {
    bench.submit({ input: { kind: "list", total: 1 } });
    bench.begin("ada");
    bench.fail("ada", 2 ** 36, 0);
    bench.commit();
    bench.jump(14_000);
    expect(bench.granted("ada")).toMatchObject({ attempt: 2 });
  });
});
