import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GridFault } from "./fault.js";
import { type Poll, poll } from "./poll.js";
import { enterToken, forgetToken } from "./token.js";

/** Requests that the test answers by hand, and what came of them. */
class Source {
  readonly asked: { resolve: (text: string) => void; reject: (error: unknown) => void; signal: AbortSignal }[] = [];
  readonly said: string[] = [];
  readonly poll: Poll;

  constructor() {
    this.poll = poll<string>({
      look: (signal) => new Promise((resolve, reject) => this.asked.push({ resolve, reject, signal })),
      onSeen: (text) => this.said.push(text),
      onFault: ({ code }) => this.said.push(code),
      everyMs: () => 1_000,
    });
  }

  async answer(text: string): Promise<void> {
    this.asked.at(-1)?.resolve(text);
    await vi.advanceTimersByTimeAsync(0);
  }

  async fail(error: unknown): Promise<void> {
    this.asked.at(-1)?.reject(error);
    await vi.advanceTimersByTimeAsync(0);
  }
}

let source: Source;
beforeEach(() => {
  vi.useFakeTimers();
  source = new Source();
});
afterEach(() => {
  source.poll.stop();
  vi.useRealTimers();
});

test("asks at once, and again some time after each answer", async () => {
  expect(source.asked).toHaveLength(1);
  await source.answer("one");
  await vi.advanceTimersByTimeAsync(999);
  expect(source.asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(source.asked).toHaveLength(2);
  expect(source.said).toEqual(["one"]);
});

test("[U4] goes on asking a coordinator that is away, within 5 s each time", async () => {
  for (let failures = 1; failures <= 8; failures++) {
    await source.fail(new TypeError("refused"));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(source.asked).toHaveLength(failures + 1);
  }
  await source.answer("back");
  expect(source.said.at(-1)).toBe("back");
});

test("waits as long as it is told to", async () => {
  await source.fail(new GridFault("too_many_requests", "Later.", { retryAfterMs: 30_000 }));
  await vi.advanceTimersByTimeAsync(29_999);
  expect(source.asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(5_001);
  expect(source.asked).toHaveLength(2);
});

test("asked to ask now, it drops what it had asked before", async () => {
  source.poll.soon();
  expect(source.asked).toHaveLength(2);
  expect(source.asked[0]?.signal.aborted).toBe(true);
  source.asked[0]?.resolve("old");
  await source.answer("new");
  expect(source.said).toEqual(["new"]);
});

test("asks again with another token", async () => {
  await source.answer("public");
  enterToken("s3cret");
  expect(source.asked).toHaveLength(2);
  await source.answer("private");
  forgetToken();
  expect(source.asked).toHaveLength(3);
});

test("once stopped it says nothing more", async () => {
  source.poll.stop();
  await source.answer("late");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(source.asked).toHaveLength(1);
  expect(source.said).toEqual([]);
});
