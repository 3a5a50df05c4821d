import { failureWith } from "@valence/shared/volunteer/fixtures";
import { expect, test } from "vitest";
import { linkAfter, noticeOf } from "./notice.js";

const atom = `pi@sha256-${"ab".repeat(32)}`;
const cut = { type: "disconnected", reason: "cut", retryMs: 10 } as const;
const draining = { type: "refused", code: "draining", message: "back soon", retryMs: 1_000 } as const;

test("a link is up once it is welcomed, and away once it broke or was turned away", () => {
  expect(linkAfter("connecting", { type: "connected" })).toBe("up");
  expect(linkAfter("up", cut)).toBe("away");
  expect(linkAfter("up", draining)).toBe("away");
  expect(linkAfter("away", { type: "connected" })).toBe("up");
});

test("a link that never was is not away", () => {
  expect(linkAfter("connecting", cut)).toBe("connecting");
  expect(linkAfter("connecting", draining)).toBe("connecting");
});

test("other news leave it as it is", () => {
  expect(linkAfter("up", { type: "log", slot: 0, atom, line: "hello" })).toBe("up");
});

test("failures, declined atoms and a grid that asks to wait are worth a line; the rest is not", () => {
  expect(noticeOf({ type: "failure", lease: 1, electron: 2, failure: failureWith("error", "boom") })).toContain("boom");
  expect(noticeOf({ type: "declined", atom, code: "cannot_open", message: "no room" })).toBe(
    "pi cannot run here: no room",
  );
  expect(noticeOf(draining)).toContain("back soon");
  expect(noticeOf({ ...draining, retryMs: null })).toBeNull();
  expect(noticeOf(cut)).toBeNull();
});
