import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bareContext } from "../testing/bare-context.js";
import { type LiveGrid, liveGrid, publish } from "../testing/live-grid.js";
import atom from "./atom.js";
import { countQueens, prefixes, rowsOf } from "./submit.js";

/** Ways for 1, 2, 3, … queens, by A000170. */
const WAYS = [1, 0, 0, 2, 10, 4, 40, 92, 352, 724, 2_680, 14_200];

describe("n-queens as a plain function", () => {
  test("counts what is known, from an empty board on", async () => {
    for (const [i, ways] of WAYS.entries()) {
      expect(await atom.process({ n: i + 1, columns: [] }, bareContext())).toBe(ways);
    }
  });

  test("counts each way once, however many rows the prefixes have", async () => {
    for (let rows = 0; rows <= 8; rows++) {
      let ways = 0;
      for (const prefix of prefixes(8, rows)) ways += await atom.process(prefix, bareContext());
      expect(ways).toBe(92);
    }
    expect(prefixes(12, 2)).toHaveLength(110);
    expect(prefixes(8, 8)).toHaveLength(92);
  });

  test("counts nothing where queens attack each other, and refuses one beside the board", async () => {
    expect(await atom.process({ n: 8, columns: [3, 3] }, bareContext())).toBe(0);
    expect(await atom.process({ n: 8, columns: [3, 0, 1] }, bareContext())).toBe(0);
    expect(() => atom.process({ n: 8, columns: [8] }, bareContext())).toThrow("column 8 is not on a board of 8");
  });
});

test("a board has 1 to 20 rows, and anything else is answered by a sentence", () => {
  expect(["1", "12", "20"].map(rowsOf)).toEqual([1, 12, 20]);
  for (const typed of ["0", "21", "30", "x", "", "2.5"]) expect(() => rowsOf(typed)).toThrow("from 1 to 20");
});

describe("on a grid", () => {
  let live: LiveGrid;
  beforeAll(async () => {
    live = await liveGrid();
  });
  afterAll(() => live.stop());

  test("[E2] twelve queens have 14,200 ways", async () => {
    expect(await countQueens(live.grid, 12)).toBe(14_200);
    for (const n of [1, 2, 3, 4]) expect(await countQueens(live.grid, n)).toBe(WAYS[n - 1]);
  });

  test("[A8] beside the sum each prefix keeps its own count, and mirrored ones have the same", async () => {
    const list = prefixes(10, 1);
    const job = await live.grid.submit<number>({
      atom: await publish(live.grid, "n-queens"),
      input: { list },
      reduce: "sum",
      keep: true,
    });
    const ways: number[] = [];
    for await (const { result } of job.results<number>()) ways.push(result);
    expect(ways).toHaveLength(10);
    expect(ways).toEqual(ways.toReversed());
    expect(await job.result()).toBe(724);
  });
});
