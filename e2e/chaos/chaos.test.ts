import { expect, test } from "vitest";
import { chaos } from "./chaos.js";
import { isGood } from "./verdict.js";

test("[K1] [E2] [E4] [E5] under kills, stops, cuts and bad weather each electron counts once, in Node clients and a tab", async () => {
  const lines: string[] = [];
  const outcome = await chaos({
    seed: 7,
    electrons: 20_000,
    everyMs: 6,
    nodeClients: 3,
    threads: 2,
    tabs: 1,
    stopMs: 2_000,
    // A restart waits 15 s for clients that are gone, so none is killed before all are back: the run shall be short.
    // No line goes deaf, since its client is missed for 15 s: `npm run chaos` has that, and the faults measure it.
    plan: [
      "kill coordinator",
      "kill coordinator",
      "weather",
      "cut",
      "stop coordinator",
      "stop client",
      "cut",
      "kill client",
      "kill tab",
      "kill client",
      "weather",
      "kill tab",
      "stop client",
      "kill client",
    ],
    say: (line) => void lines.push(line),
  });
  const counted = { lost: 0, double: 0, stuck: 0, wrong: 0, deadLetters: 0, exact: true };
  expect(outcome, lines.join("\n")).toMatchObject({ ...counted, faults: [], exitCode: 0 });
  expect(isGood(outcome)).toBe(true);
}, 120_000);
