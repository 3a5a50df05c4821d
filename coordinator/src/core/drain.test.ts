import { beforeEach, describe, expect, test } from "vitest";
import { DRAIN_MS } from "./drain.js";
import { Bench } from "./fixtures.js";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe("a coordinator that is about to stop", () => {
  test("[V1] grants nothing more, and asks for everything back", () => {
    bench.submit();
    const lease = bench.begin("ada");
    bench.drain();
    expect(bench.told("ada", "revoke")).toEqual([{ type: "revoke", lease, kill: false, code: "draining" }]);
    expect(bench.grid.drained).toBe(false);
    bench.report("ada", lease, 0, [3]);
    bench.join("bob");
    bench.commit();
    expect([...bench.told("ada", "grant"), ...bench.told("bob", "grant")]).toEqual([]);
    expect(bench.read()).toMatchObject({ done: 1, leased: 0 });
    expect(bench.told("ada", "ack")).toEqual([{ type: "ack", lease, reported: 1 }]);
    expect(bench.grid.drained).toBe(true);
  });

  test("[V1] kills what has not ended after a while; nobody is charged", () => {
    bench.submit();
    const lease = bench.begin("ada");
    bench.drain();
    bench.told("ada", "revoke");
    bench.at(DRAIN_MS - 1);
    expect(bench.told("ada", "revoke")).toEqual([]);
    bench.at(DRAIN_MS);
    expect(bench.told("ada", "revoke")).toEqual([{ type: "revoke", lease, kill: true, code: "draining" }]);
    bench.commit();
    expect(bench.kept()).toMatchObject({ grants: [], electrons: [], status: { state: "running" } });
    expect(bench.grid.drained).toBe(true);
  });

  test("[V1] measures no chunk any more", () => {
    bench.submit({ input: { kind: "range", from: 0, total: 1_000, chunk: null } });
    bench.join("ada");
    expect(bench.told("ada", "probe")).toHaveLength(1);
    bench.drain();
    bench.join("bob");
    expect(bench.told("bob", "probe")).toEqual([]);
    expect(bench.grid.drained).toBe(true);
  });

  test("[V2] leaves what may run once at most with its holder, who goes on with it after the next start", () => {
    const spec = bench.submit({ policy: { delivery: "at-most-once" } });
    bench.join("ada");
    bench.commit();
    const { lease } = bench.granted("ada");
    bench.join("bob"); // granted one that was not sent yet
    bench.drain();
    bench.at(DRAIN_MS);
    bench.commit();
    expect([...bench.told("ada", "revoke"), ...bench.told("bob", "grant")]).toEqual([]);
    expect([bench.grid.drained, bench.kept().grants.length]).toEqual([true, 1]);
    const kept = bench.kept();
    bench = new Bench(2);
    bench.restore(spec, kept);
    bench.join("ada", { holding: [lease] });
    bench.report("ada", lease, 0, [9]);
    bench.commit();
    expect(bench.read()).toMatchObject({ done: 1, dead: 0 });
  });

  test("[V2] leaves what a session holds whose link is cut: it may come back with it", () => {
    bench.submit();
    bench.begin("ada");
    bench.cut("ada");
    bench.drain();
    bench.at(DRAIN_MS);
    bench.commit();
    expect([bench.grid.drained, bench.kept().grants.length]).toEqual([true, 1]);
  });
});
