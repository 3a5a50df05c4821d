import { describe, expect, test } from "vitest";
import { Bench } from "./fixtures.js";
import { RateMeter } from "./rate.js";

/** A meter that began at 10 s, and got so many items each second from then on, the last of them at `untilS`. */
function metered(itemsASecond: number, untilS: number): RateMeter {
  const meter = new RateMeter();
  meter.begin(10_000);
  for (let second = 11; second <= untilS; second++) meter.add(itemsASecond, second * 1_000);
  return meter;
}

describe("items per second", () => {
  test("count from the beginning and not from the first that came: one in half a minute is not four a second", () => {
    const meter = new RateMeter();
    meter.begin(10_000);
    expect(meter.over(60_000, 40_000)).toBe(0);
    meter.add(1, 40_000);
    expect(meter.over(60_000, 40_000)).toBe(1 / 30);
  });

  test("are those of the window once it is full", () => {
    expect(metered(7, 100).over(60_000, 100_500)).toBeCloseTo(7, 0);
    expect(metered(7, 100).over(60_000, 161_000)).toBe(0);
  });

  test("count from the first that came where nothing has begun here: after a restart", () => {
    const meter = new RateMeter();
    meter.add(5, 20_000);
    meter.add(5, 25_000);
    expect(meter.over(60_000, 25_000)).toBe(2);
  });
});

describe("[S11] the time left", () => {
  test("is told from 3 s on, and not from an item that came at once", () => {
    const meter = new RateMeter();
    meter.begin(10_000);
    meter.add(1, 10_040);
    expect(meter.eta(1e6, 10_040)).toBeNull();
    meter.add(2_999, 12_999);
    expect(meter.eta(1e6, 12_999)).toBeNull();
    expect(meter.eta(1e6, 13_000)).toEqual({ lowMs: 1e6, highMs: 1.1e6 });
  });

  test("holds the truth for electrons of half a minute that end together", () => {
    const meter = new RateMeter();
    meter.begin(0);
    meter.add(64, 30_000);
    const { lowMs, highMs } = meter.eta(128, 30_000) ?? { lowMs: 0, highMs: 0 };
    expect([lowMs, highMs]).toEqual([10_000, 66_000]);
  });

  test("is not known before anything came, nor when nothing has come for a minute", () => {
    expect(metered(7, 10).eta(1, 60_000)).toBeNull();
    expect(metered(7, 20).eta(1, 81_000)).toBeNull();
  });

  test("counts for a job from its first lease", () => {
    const bench = new Bench();
    bench.submit({ input: { kind: "list", total: 100 } });
    bench.at(50_000);
    const lease = bench.begin("ada");
    bench.at(52_000);
    bench.report("ada", lease, 0, [1]);
    bench.commit();
    expect(bench.read()).toMatchObject({ state: "running", done: 1, rate: 0.5, eta: null });
    bench.at(53_000);
    expect(bench.read()).toMatchObject({ eta: { lowMs: 297_000, highMs: 326_700 } });
  });
});
