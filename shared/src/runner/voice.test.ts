import { expect, test } from "vitest";
import { LOG_LINE_BYTES_MAX, LOG_LINES_PER_SECOND_MAX } from "../limits.js";
import { type Said, said } from "./said.js";
import { Voice } from "./voice.js";

function voice() {
  const clock = { now: 0 };
  const lines: Said[] = [];
  const speaker = new Voice(
    (word) => lines.push(said.parse(word)),
    () => clock.now,
  );
  return { clock, lines, speaker };
}

test("[P8] ten lines a second are said, and then how many were left out", () => {
  const { clock, lines, speaker } = voice();
  for (let i = 0; i < LOG_LINES_PER_SECOND_MAX + 3; i++) speaker.log(`line ${i}`);
  expect(lines).toHaveLength(LOG_LINES_PER_SECOND_MAX);
  clock.now = 999;
  speaker.log("too soon");
  clock.now = 1_000;
  speaker.log("next");
  expect(lines.slice(LOG_LINES_PER_SECOND_MAX)).toEqual([{ type: "log", line: "(4 lines left out) next" }]);
});

test("a line has at most 1 KiB, and shows when it was cut", () => {
  const { lines, speaker } = voice();
  speaker.log("x".repeat(LOG_LINE_BYTES_MAX));
  speaker.log("x".repeat(LOG_LINE_BYTES_MAX + 1));
  expect(lines).toEqual([
    { type: "log", line: "x".repeat(LOG_LINE_BYTES_MAX) },
    { type: "log", line: `${"x".repeat(LOG_LINE_BYTES_MAX - 3)}…` },
  ]);
});

test("words that cannot be read are no error", () => {
  const { lines, speaker } = voice();
  const circle: unknown[] = [];
  circle.push(circle);
  speaker.log(circle, undefined, 1n, Object.create(null));
  expect(lines).toEqual([{ type: "log", line: "(unreadable) undefined 1 {}" }]);
});

test("progress is said at most every 250 ms, and only as a share", () => {
  const { clock, lines, speaker } = voice();
  for (const fraction of [Number.NaN, -1, 2, 0.25, 0.5]) speaker.progress(fraction);
  clock.now = 250;
  speaker.progress(0.75);
  expect(lines).toEqual([
    { type: "progress", fraction: 0.25 },
    { type: "progress", fraction: 0.75 },
  ]);
});
