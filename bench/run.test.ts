import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { ownFolder } from "./own-folder.js";
import { told } from "./run.js";
import type { Opened, Scenario } from "./scenario.js";

const scenario = (open: () => Promise<Opened>): Scenario => ({
  name: "some",
  what: "things",
  size: 10,
  smokeSize: 1,
  open,
});
const course = { size: 10, runs: 1, tell: () => {} };

test("a scenario that breaks while it opens leaves nothing of what it had opened", async () => {
  let dir = "";
  const breaking = scenario(async () => {
    ({ dir } = ownFolder());
    throw new Error("no such browser");
  });
  await expect(told(breaking, course)).rejects.toThrow("no such browser");
  expect(dir).not.toBe("");
  expect(existsSync(dir)).toBe(false);
});

test("one that breaks in a run is closed, and what it fails to close as well", async () => {
  const { dir } = ownFolder();
  let closes = 0;
  const breaking = scenario(async () => ({
    contestants: [{ name: "ours", run: () => Promise.reject(new Error("broke in a run")) }],
    figures: [],
    close: async () => {
      closes += 1;
      throw new Error("cannot be closed");
    },
  }));
  await expect(told(breaking, course)).rejects.toThrow("broke in a run");
  expect([closes, existsSync(dir)]).toEqual([1, false]);
});

test("with less than its usual size a scenario is measured, and not judged", async () => {
  const measured = scenario(async () => ({
    contestants: [{ name: "ours", run: async () => ({ rate: 20 }) }],
    figures: [
      { name: "rate", unit: "1/s", value: { of: "ours", measure: "rate" }, targets: [{ of: "value", atLeast: 10 }] },
    ],
    close: async () => {},
  }));
  const reachedAt = async (size: number) => (await told(measured, { ...course, size }))[0]?.targets[0]?.reached;
  expect([await reachedAt(9), await reachedAt(10)]).toEqual([null, true]);
});
