import { expect, test } from "vitest";
import { chaos } from "./chaos.js";
import { isGood } from "./verdict.js";

test("[K1] [E2] [E4] [E5] under kills, stops, cuts and lines that go deaf each electron counts once, in Node clients and a tab", async () => {
  const lines: string[] = [];
  const outcome = await chaos({
    seed: 7,
    electrons: 20_000,
    everyMs: 8,
    nodeClients: 3,
    threads: 2,
    tabs: 1,
    stopMs: 3_000,
    // A restart waits 15 s for clients that are gone, so those are killed afterwards: the run shall be short.
    plan: [
      "kill coordinator",
      "kill coordinator",
      "cut",
      "weather",
      "kill client",
      "kill tab",
      "stop client",
      "stop coordinator",
      "cut",
      "kill client",
      "kill tab",
      "weather",
      "stop client",
      "kill client",
    ],
    say: (line) => void lines.push(line),
  });
  const counted = { lost: 0, double: 0, stuck: 0, wrong: 0, deadLetters: 0, exact: true };
  expect(outcome, lines.join("\n")).toMatchObject({ ...counted, faults: [], exitCode: 0 });
  expect(isGood(outcome)).toBe(true);
}, 120_000);
