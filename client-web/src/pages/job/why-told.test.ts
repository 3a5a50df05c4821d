import type { JobView } from "@valence/shared/job-view";
import { expect, test } from "vitest";
import { toldOf } from "./why-told.js";

const job = (state: JobView["state"], dead: number) => ({ state, progress: { total: 9, dead } }) as unknown as JobView;
const MINE = { mayAct: true, retriable: true };
const THEIRS = { ...MINE, mayAct: false };
const reason = (code: string, more: object = {}) => ({
  code,
  message: `why: ${code}`,
  count: null,
  until: null,
  ...more,
});

test("[U8] what the coordinator says of a job that stands still is told in its words, with the time of a change", () => {
  const until = "2026-11-26T12:00:12.000Z";
  const told = toldOf(job("running", 0), [reason("foreign_atom"), reason("back_off", { until })], THEIRS);
  expect(told.map(({ text, until }) => [text, until])).toEqual([
    ["why: foreign_atom", null],
    ["why: back_off", until],
  ]);
});

test("[U8] where nobody is there a tab can be lent", () => {
  const [told] = toldOf(job("queued", 0), [reason("no_volunteers")], THEIRS);
  expect(told?.way?.href).toBe("/");
});

test("[U6] nothing is offered to who may not do it", () => {
  const [mine] = toldOf(job("paused", 0), [reason("paused")], MINE);
  const [theirs] = toldOf(job("paused", 0), [reason("paused")], THEIRS);
  expect([mine?.text, theirs?.text]).toEqual([
    "why: paused",
    "The job is paused. Whoever holds its token can let it go on.",
  ]);
  expect(toldOf(job("failed", 2), [], MINE)[0]?.way?.href).toBe("#dead-letters");
  expect(toldOf(job("failed", 2), [], THEIRS)[0]).toMatchObject({
    way: null,
    text: expect.stringMatching(/^2 items failed for good/),
  });
});

test("[U8] of an ended job dead letters are told, and nothing else", () => {
  expect(toldOf(job("succeeded", 0), [reason("no_volunteers")], MINE)).toEqual([]);
  expect(toldOf(job("succeeded", 1), [], MINE)[0]?.text).toBe("1 item failed for good.");
});

test("[U8] [T2] what failed is told to be retried, and the job to be submitted again where that would be refused", () => {
  const ended = job("failed", 2);
  const late = { retriable: false };
  expect(toldOf(ended, [], MINE)[0]?.rest).toBe("correct the cause, and retry them.");
  expect(toldOf(ended, [], { ...MINE, ...late })[0]?.rest).toBe("correct the cause, and submit the job again.");
  expect(toldOf(ended, [], THEIRS)[0]?.text).toMatch(/can see why, and retry them\.$/);
  expect(toldOf(ended, [], { ...THEIRS, ...late })[0]?.text).toMatch(/can see why\.$/);
});
