import { expect, test } from "vitest";
import { SILENT_MS } from "../core/forecast.js";
import { SILENCE_MS } from "../core/silence.js";
import { PACE } from "./sockets.js";

test("[G4] [Y2] a socket that does not answer is closed when the core gives its link up, and a missing sign of life is one that was asked for", () => {
  expect(PACE.pingIntervalMs + PACE.pingTimeoutMs).toBe(SILENCE_MS);
  expect(PACE.pingIntervalMs).toBeLessThan(SILENT_MS);
});
