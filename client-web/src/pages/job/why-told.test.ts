import type { JobView } from "@valence/shared/job-view";
import { expect, test } from "vitest";
import { toldOf } from "./why-told.js";

const job = (state: JobView["state"], dead: number) => ({ state, progress: { total: 9, dead } }) as unknown as JobView;
const reason = (code: string, more: object = {}) => ({
  code,
  message: `why: ${code}`,
  count: null,
  until: null,
  ...more,
});

test("[U8] what the coordinator says of a job that stands still is told in its words, with the time of a change", () => {
  const until = "2026-11-26T12:00:12.000Z";
  const told = toldOf(job("running", 0), [reason("foreign_atom"), reason("back_off", { until })], false);
  expect(told.map(({ text, until }) => [text, until])).toEqual([
    ["why: foreign_atom", null],
    ["why: back_off", until],
  ]);
});

test("[U8] where nobody is there a tab can be lent", () => {
  const [told] = toldOf(job("queued", 0), [reason("no_volunteers")], false);
  expect(told?.way?.href).toBe("/");
});

test("[U6] nothing is offered to who may not do it", () => {
  const [mine] = toldOf(job("paused", 0), [reason("paused")], true);
  const [theirs] = toldOf(job("paused", 0), [reason("paused")], false);
  expect([mine?.text, theirs?.text]).toEqual([
    "why: paused",
    "The job is paused. Whoever holds its token can let it go on.",
  ]);
  expect(toldOf(job("failed", 2), [], true)[0]?.way?.href).toBe("#dead-letters");
  expect(toldOf(job("failed", 2), [], false)[0]).toMatchObject({
    way: null,
    text: expect.stringMatching(/^2 items failed for good/),
  });
});

test("[U8] of an ended job dead letters are told, and nothing else", () => {
  expect(toldOf(job("succeeded", 0), [reason("no_volunteers")], true)).toEqual([]);
  expect(toldOf(job("succeeded", 1), [], true)[0]?.text).toBe("1 item failed for good.");
});
