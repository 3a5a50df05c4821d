import { expect, test } from "vitest";
import { type LogLevel, logger } from "./log.js";

function logTo(lines: string[], json: boolean, level: LogLevel = "info") {
  return logger({ json, level, to: { write: (line) => lines.push(line) } });
}

test("a text line has time, level, event and fields", () => {
  const lines: string[] = [];
  logTo(lines, false).warn("volunteer_refused", { code: "bad_message", message: "not a batch", slots: 4, owner: null });
  expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z warn {2}volunteer_refused /);
  expect(lines[0]).toContain(' code=bad_message message="not a batch" slots=4 owner=null\n');
});

test("what strangers wrote stays on its line and cannot steer a terminal", () => {
  const lines: string[] = [];
  logTo(lines, false).info("joined", { agent: "x\n\u001b[2J\u009b31m\u202e\u2028\u007f end", "k\n": 1 });
  expect(lines[0]?.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
  expect(lines[0]).toContain("\\u{202e}");
});

test("an error is written with its stack, on one line", () => {
  const lines: string[] = [];
  logTo(lines, false).error("bug", { error: new TypeError("boom") });
  expect(lines[0]?.trimEnd()).toMatch(/error="TypeError: boom\\n.*log\.test/);
});

test.each([false, true])("below its level nothing is written (json: %s)", (json) => {
  const lines: string[] = [];
  const log = logTo(lines, json, "warn");
  log.debug("a");
  log.info("b");
  log.warn("c");
  log.error("d");
  expect(lines).toHaveLength(2);
});

test("JSON has the same event and fields", () => {
  const lines: string[] = [];
  logTo(lines, true).error("bug", { error: new TypeError("boom"), job: "j1" });
  const line = JSON.parse(lines[0]!);
  expect(line).toMatchObject({
    level: "error",
    event: "bug",
    job: "j1",
    error: { type: "TypeError", message: "boom" },
  });
  expect(Date.parse(line.time)).toBeGreaterThan(0);
});
