import type { VolunteerNews } from "@valence/shared/client/news";
import { failureWith } from "@valence/shared/volunteer/fixtures";
import { expect, test } from "vitest";
import { linkAfter, noticeAfter } from "./notice.js";

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

const failure = { type: "failure", lease: 1, electron: 2, failure: failureWith("error", "boom") } as const;

test("failures, declined atoms and a grid that asks to wait are worth a line; the rest is not", () => {
  const first = (news: VolunteerNews) => noticeAfter(null, news)?.text ?? null;
  expect(first(failure)).toContain("boom");
  expect(first({ type: "declined", atom, code: "cannot_open", message: "no room" })).toBe(
    "pi cannot run here: no room",
  );
  expect(first(draining)).toContain("back soon");
  expect(first({ ...draining, retryMs: null })).toBeNull();
  expect(first(cut)).toBeNull();
});

test("that the grid asks to come back later is not said any more once it is connected again", () => {
  const asked = noticeAfter(null, draining);
  expect(noticeAfter(asked, cut)).toBe(asked);
  expect(noticeAfter(asked, { type: "connected" })).toBeNull();
});

test("what failed is still said after a reconnect, until there is something newer", () => {
  const failed = noticeAfter(null, failure);
  expect(noticeAfter(failed, { type: "connected" })).toBe(failed);
  expect(noticeAfter(failed, draining)?.text).toContain("back soon");
});
