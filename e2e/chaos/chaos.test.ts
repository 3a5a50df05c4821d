import { expect, test } from "vitest";
import { chaos } from "./chaos.js";

test("[K1] [E2] [E4] [E5] under kills, stops, cuts and lines that go deaf each electron counts once, in Node clients and a tab", async () => {
  const outcome = await chaos({
    seed: 7,
    electrons: 8_000,
    everyMs: 16,
    nodeClients: 3,
    threads: 2,
    tabs: 1,
    stopMs: 3_000,
    misfortunes: {
      "kill coordinator": 2,
      "stop coordinator": 1,
      "kill client": 4,
      "stop client": 2,
      cut: 2,
      "half-open": 1,
      weather: 3,
    },
    say: () => {},
  });
  const { lost, double, stuck, wrong, deadLetters, exact, faults, exitCode } = outcome;
  expect({ lost, double, stuck, wrong, deadLetters }).toEqual({
    lost: 0,
    double: 0,
    stuck: 0,
    wrong: 0,
    deadLetters: 0,
  });
  expect([exact, faults, exitCode]).toEqual([true, [], 0]);
}, 120_000);
