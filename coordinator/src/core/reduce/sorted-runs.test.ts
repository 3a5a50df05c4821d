import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SortedRuns } from "./sorted-runs.js";

function runsOf(electrons: Iterable<number>): SortedRuns {
  const runs = new SortedRuns();
  for (const electron of electrons) runs.add(electron, -electron);
  return runs;
}

describe("SortedRuns", () => {
  test("sorts entries of any order and any merge, each with its value", () => {
    const electrons = fc.uniqueArray(fc.nat(500));
    fc.assert(
      fc.property(electrons, fc.array(fc.nat(20)), (list, cuts) => {
        const runs = new SortedRuns();
        let rest = list;
        for (const cut of [...cuts, list.length]) {
          runs.addAll(runsOf(rest.slice(0, cut)));
          rest = rest.slice(cut);
        }
        const expected = list.toSorted((a, b) => a - b);
        expect(runs.size).toBe(list.length);
        expect(runs.sorted()).toEqual({ electrons: expected, values: expected.map((electron) => -electron) });
      }),
      { seed: 41, numRuns: 500 },
    );
  });

  // Moving every entry on every addition would be 5·10⁹ moves: minutes instead of milliseconds.
  test("takes 100,000 entries from the last to the first, and leases in any order, in no time", () => {
    const backwards = runsOf(Array.from({ length: 100_000 }, (_, i) => 99_999 - i));
    expect(backwards.sorted().electrons[99_999]).toBe(99_999);
    const scattered = new SortedRuns();
    for (let lease = 0; lease < 1_562; lease++) {
      const from = ((lease * 389) % 1_562) * 64;
      scattered.addAll(runsOf(Array.from({ length: 64 }, (_, i) => from + i)));
    }
    expect(scattered.sorted().electrons).toEqual(Array.from({ length: 99_968 }, (_, i) => i));
  });
});
