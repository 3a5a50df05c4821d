import type { DeadLetterView } from "@valence/shared/job-view";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DeadLetterList } from "./dead-letter-list.js";

const PAGE = 200;
/** How many there are, and what was asked for, each to be answered by hand. */
let total = 0;
let asked: { after: number; answer: () => void }[] = [];
let list: DeadLetterList;
beforeEach(() => {
  vi.useFakeTimers();
  [total, asked] = [10_000, []];
  vi.stubGlobal("fetch", (url: string) => {
    const after = Number(new URL(url, "http://grid.example").searchParams.get("after") ?? 0);
    return new Promise((resolve) => asked.push({ after, answer: () => resolve(Response.json(pageAfter(after))) }));
  });
  list = new DeadLetterList("j1");
});
afterEach(() => {
  list.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const letter = (electron: number): DeadLetterView => ({
  electron,
  item: electron,
  payload: 1,
  attempts: 0,
  errors: [],
});
function pageAfter(after: number) {
  const count = Math.min(PAGE, total - after);
  const items = Array.from({ length: count }, (_, i) => letter(after + i));
  return { items, next: after + count < total ? String(after + count) : null };
}
const loaded = () => list.loaded.value?.letters.length ?? 0;

/** Answers all that is asked, for as long as something is. */
async function answerAll(): Promise<void> {
  for (let next = asked.shift(); next; next = asked.shift()) {
    next.answer();
    await vi.advanceTimersByTimeAsync(0);
  }
}

test("the first thousand are read, and a thousand more when they are asked for", async () => {
  void list.refresh();
  await answerAll();
  expect(loaded()).toBe(1_000);
  void list.more();
  await answerAll();
  expect([loaded(), list.loaded.value?.letters.at(-1)?.electron]).toEqual([2_000, 1_999]);
});

test("more that are asked for come, though their number changes meanwhile", async () => {
  void list.refresh();
  await answerAll();
  await vi.advanceTimersByTimeAsync(2_000);
  void list.more();
  total += 1;
  void list.refresh();
  await answerAll();
  expect(loaded()).toBe(2_000);
});

test("more that are asked for while all are read again come, too, and the others are as new as that", async () => {
  void list.refresh();
  await answerAll();
  await vi.advanceTimersByTimeAsync(2_000);
  total = 1_100; // some were retried
  void list.refresh();
  void list.more();
  await answerAll();
  expect([loaded(), list.loaded.value?.next]).toEqual([1_100, null]);
});

test("after its end nothing is read any more", async () => {
  void list.refresh();
  list.close();
  await answerAll();
  expect([loaded(), list.fault.value]).toEqual([0, null]);
});
