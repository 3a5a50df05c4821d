import { REASONS } from "@valence/shared/reasons";
import { beforeEach, describe, expect, test } from "vitest";
import { Bench, specOf, WALL } from "./fixtures.js";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

const reasons = (id = "j1") => bench.grid.explain(id, { mono: bench.now, wall: WALL + bench.now }) ?? [];
const codes = (id = "j1") => reasons(id).map(({ code }) => code);
const reason = (code: string, id = "j1") => reasons(id).find((each) => each.code === code);

const AUTO = { kind: "range", from: 0, total: 10_000, chunk: null } as const;
const TOLERANT = { policy: { onFailure: { tolerate: 1 }, timeoutMs: 3_600_000 } } as const;

describe("[X1] a job is not running because", () => {
  test("nobody is there", () => {
    bench.submit();
    expect(codes()).toEqual(["no_volunteers"]);
    bench.join("ada");
    bench.cut("ada");
    expect(codes()).toContain("no_volunteers");
  });

  test("it is paused; what runs of it may end", () => {
    bench.submit();
    bench.join("ada");
    bench.control("j1", { type: "pause" });
    expect(codes()).toEqual(["paused", "running"]);
  });

  test("volunteers decline its atom, by what they say of it, and until when", () => {
    bench.submit({ input: { kind: "list", total: 3 } });
    for (const [name, code] of [
      ["ada", "foreign_atom"],
      ["bob", "foreign_atom"],
      ["eve", "source_unreachable"],
      ["sue", "atom_mismatch"],
    ] as const) {
      bench.join(name);
      bench.say(name, { type: "decline", atom: "atom-j1", code, message: "no" });
    }
    expect(reasons()).toEqual([
      { code: "foreign_atom", count: 2, until: null },
      { code: "source_unreachable", count: 1, until: WALL + 60_000 },
      { code: "declined", count: 1, until: null },
    ]);
  });

  test("others completed what a volunteer failed", () => {
    bench.submit();
    bench.join("ada");
    bench.join("bob");
    bench.grid.audit.standings.set("ada atom-j1", { score: 2, benches: 1, until: 60_000 });
    expect(reason("kept_off")).toEqual({ code: "kept_off", count: 1, until: WALL + 60_000 });
    bench.say("bob", { type: "goodbye" });
    bench.commit();
    expect(codes()).not.toContain("kept_off");
  });

  test("its chunk is not known yet", () => {
    bench.submit({ input: AUTO });
    expect(reason("measuring")).toEqual({ code: "measuring", count: null, until: null });
    bench.join("ada");
    expect(reason("measuring")).toMatchObject({ count: 1 });
  });

  test("the disk is stuck", () => {
    bench.submit();
    bench.at(999);
    expect(codes()).not.toContain("store_stuck");
    bench.at(1_000);
    expect(codes()[0]).toBe("store_stuck");
    bench.commit();
    expect(codes()).toEqual(["no_volunteers"]);
  });

  test("the coordinator is stopping", () => {
    bench.submit();
    bench.drain();
    expect(codes()).toEqual(["draining", "no_volunteers"]);
  });

  test("its electrons failed and wait", () => {
    bench.submit({ input: { kind: "list", total: 1 } });
    bench.join("ada");
    bench.fail("ada", bench.granted("ada").lease, 0);
    bench.commit();
    expect(reasons()).toEqual([{ code: "back_off", count: 1, until: WALL + 500 }]);
  });

  test("a retry waits for somebody who is busy", () => {
    bench.submit({ ...TOLERANT, input: { kind: "list", total: 2 } });
    bench.join("ada");
    bench.join("bob");
    bench.fail("ada", bench.granted("ada").lease, 0);
    bench.commit();
    bench.at(500);
    expect(reason("left_to_others")).toEqual({ code: "left_to_others", count: 1, until: WALL + 60_500 });
  });

  test("other jobs have the volunteers", () => {
    bench.submit({ id: "j2" });
    bench.join("ada");
    bench.submit({ input: AUTO, id: "j3" });
    bench.join("bob");
    bench.submit();
    bench.commit();
    expect(reasons()).toEqual([{ code: "behind_other_jobs", count: 2, until: null }]);
  });

  test("paused jobs still have the volunteers", () => {
    bench.submit({ id: "j2" });
    bench.begin("ada");
    bench.control("j2", { type: "pause" });
    bench.submit({ id: "j3" });
    bench.begin("bob");
    bench.submit();
    bench.commit();
    expect(reasons()).toEqual([
      { code: "behind_other_jobs", count: 1, until: null },
      { code: "behind_paused_jobs", count: 1, until: null },
    ]);
    bench.control("j3", { type: "pause" });
    expect(reasons()).toEqual([{ code: "behind_paused_jobs", count: 2, until: null }]);
  });

  test("all that is left is out, or waits for its commit", () => {
    bench.submit({ input: { kind: "list", total: 2 } });
    bench.join("ada");
    bench.join("bob");
    expect(reasons()).toEqual([
      { code: "all_leased", count: 2, until: null },
      { code: "running", count: 2, until: null },
    ]);
    bench.report("ada", bench.granted("ada").lease, 0, [1]);
    expect(reason("committing")).toMatchObject({ count: 1 });
  });

  describe("what is left is kept for a volunteer", () => {
    const ONE = { input: { kind: "list", total: 1 } } as const;

    test("that has not come back after a restart, for as long as it may", () => {
      const spec = bench.submit(ONE);
      bench.join("ada");
      bench.commit();
      const kept = bench.kept();
      bench = new Bench(2);
      bench.restore(spec, kept);
      const away = { code: "kept_for_absent", count: 1, until: WALL + 15_000 };
      expect(reasons()).toEqual([{ code: "no_volunteers", count: null, until: null }, away]);
      bench.join("bob");
      expect(reasons()).toEqual([away]);
      bench.at(15_000);
      expect(codes()).not.toContain("kept_for_absent");
    });

    test("whose link was cut, for its grace", () => {
      bench.submit(ONE);
      bench.begin("ada");
      bench.at(100);
      bench.cut("ada");
      expect(reasons()).toEqual([
        { code: "no_volunteers", count: null, until: null },
        { code: "kept_for_absent", count: 1, until: WALL + 5_100 },
      ]);
    });

    test("that has fallen silent, which is not at work then", () => {
      bench.submit(ONE);
      bench.begin("ada");
      bench.at(6_499);
      expect(codes()).toEqual(["all_leased", "running"]);
      bench.at(6_500);
      expect(reasons()).toEqual([{ code: "kept_for_absent", count: 1, until: WALL + 15_000 }]);
    });

    test("but not what somebody else has a copy of", () => {
      bench.submit(ONE);
      bench.begin("ada");
      bench.join("bob");
      bench.cut("ada");
      bench.at(2_000);
      bench.commit();
      expect(codes()).toEqual(["all_leased", "running"]);
    });
  });

  test("electrons are dead letters", () => {
    bench.submit(TOLERANT);
    bench.join("ada");
    bench.fail("ada", bench.granted("ada").lease, 0, { retryable: false });
    expect(reason("dead_letters")).toMatchObject({ count: 1 });
  });

  test("its end waits for the commit that makes it known", () => {
    bench.submit({ input: { kind: "list", total: 1 } });
    bench.join("ada");
    bench.commit();
    bench.report("ada", bench.granted("ada").lease, 0, [1]);
    expect(bench.read().state).toBe("running");
    expect(reasons()).toEqual([{ code: "committing", count: 1, until: null }]);
    bench.at(1_000);
    expect(codes()).toEqual(["store_stuck", "committing"]);
    bench.submit({ id: "j2" });
    bench.control("j2", { type: "cancel" });
    expect(reason("committing", "j2")).toEqual({ code: "committing", count: null, until: null });
    bench.commit();
    expect([codes(), codes("j2")]).toEqual([[], []]);
  });

  test("it has ended", () => {
    bench.submit({ ...TOLERANT, input: { kind: "list", total: 1 } });
    bench.join("ada");
    bench.fail("ada", bench.granted("ada").lease, 0, { retryable: false });
    bench.commit();
    const kept = bench.kept();
    bench = new Bench(2);
    bench.restore(specOf({ ...TOLERANT, input: { kind: "list", total: 1 } }), kept);
    expect(codes()).toEqual(["ended", "dead_letters"]);
  });
});

test("[X1] there is always a reason, each once, and what keeps most of the job comes first", () => {
  bench.submit();
  bench.join("ada");
  bench.commit();
  for (let ms = 0; ms < 20_000; ms += 500) {
    bench.at(ms);
    if (ms % 3 === 0) bench.commit();
    const all = codes();
    expect(all.length).toBeGreaterThan(0);
    const order = Object.keys(REASONS);
    expect(all.map((code) => order.indexOf(code))).toEqual(
      all.map((code) => order.indexOf(code)).sort((a, b) => a - b),
    );
  }
});

test("of a job that is not held there is nothing to say", () => {
  expect(bench.grid.explain("nobody", { mono: 0, wall: 0 })).toBeNull();
});
