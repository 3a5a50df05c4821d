// Tests run as compiled: type-checked, and with threads and processes that load what ships.
import { defineConfig } from "vitest/config";

const compiled = (name, include, exclude = []) => ({
  extends: true,
  // No test waits for a time; the limit only ends what hangs, on a machine with other work, too.
  test: { name, include, exclude: ["**/node_modules/**", ...exclude], testTimeout: 60_000 },
});

const simulation = ["coordinator/dist/simulation/**/*.test.js"];
const whole = ["e2e/dist/**/*.test.js", "examples/dist/**/*.test.js", "bench/dist/smoke.test.js"];

export default defineConfig({
  test: {
    projects: [
      compiled("unit", ["*/dist/**/*.test.js"], [...simulation, ...whole]),
      compiled("simulation", simulation),
      // Real processes on a small machine: one file at a time, so that nobody waits for a neighbour's load.
      {
        ...compiled("whole", whole),
        test: { ...compiled("whole", whole).test, fileParallelism: false },
      },
    ],
  },
});
