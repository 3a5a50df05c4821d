import { describe, expect, test } from "vitest";
import { heapBytesMax, SETTLE_MS, tooLarge, type WorkerReading } from "./memory-verdict.js";

const MIB = 1024 * 1024;
const terms = { heapMiB: 512, machineBytes: 64 * 1024 * MIB };

function reading(worker: string, more: Partial<WorkerReading<string>> = {}): WorkerReading<string> {
  return { worker, heapBytes: 10 * MIB, silentMs: 5, ending: false, ...more };
}

function ended(residentMiB: number, workers: WorkerReading<string>[], settledMs = SETTLE_MS): string[] {
  return tooLarge({ residentBytes: residentMiB * MIB, workers, settledMs }, terms);
}

describe("a heap", () => {
  test("may be as large as the limit, and not one byte larger", () => {
    const at = reading("at", { heapBytes: 512 * MIB });
    const over = reading("over", { heapBytes: 512 * MIB + 1 });
    expect(ended(1_100, [at, over])).toEqual(["over"]);
  });

  test("that is too large ends its worker, however silent the others are", () => {
    const over = reading("over", { heapBytes: 600 * MIB, silentMs: 0 });
    expect(ended(9_000, [reading("silent", { silentMs: 60_000 }), over])).toEqual(["over"]);
  });

  test("is ended once", () => {
    expect(ended(9_000, [reading("over", { heapBytes: 600 * MIB, ending: true })])).toEqual([]);
  });

  test("has its share of a small machine", () => {
    expect(heapBytesMax({ heapMiB: 512, machineBytes: 2_048 * MIB }, 4)).toBe(256 * MIB);
    expect(heapBytesMax({ heapMiB: 512, machineBytes: 2_048 * MIB }, 0)).toBe(512 * MIB);
  });
});

describe("memory outside of the heaps", () => {
  const two = [reading("a", { silentMs: 20 }), reading("b", { silentMs: 900 })];
  const most = 2 * 512 + 1_024;

  test("ends the worker that is silent the longest, one MiB above what all may have", () => {
    expect(ended(most, two)).toEqual([]);
    expect(ended(most + 1, two)).toEqual(["b"]);
  });

  test("ends no idle worker", () => {
    expect(ended(most + 1, [reading("a"), reading("idle", { silentMs: null })])).toEqual(["a"]);
    expect(ended(most + 1, [reading("idle", { silentMs: null })])).toEqual([]);
  });

  test("ends nobody while that of another may still come back", () => {
    expect(ended(most + 1, two, SETTLE_MS - 1)).toEqual([]);
    expect(ended(most + 1_000, [...two, reading("c", { ending: true })])).toEqual([]);
  });

  test("is a quarter of a small machine", () => {
    const small = { heapMiB: 512, machineBytes: 1_024 * MIB };
    const of = (residentMiB: number) =>
      tooLarge({ residentBytes: residentMiB * MIB, workers: two, settledMs: SETTLE_MS }, small);
    expect(of(768)).toEqual([]);
    expect(of(769)).toEqual(["b"]);
  });
});
