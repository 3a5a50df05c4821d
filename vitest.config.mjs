// Tests run as compiled: type-checked, and with threads and processes that load what ships.
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";

const simulation = ["coordinator/dist/simulation/**/*.test.js"];
const whole = ["e2e/dist/**/*.test.js", "examples/dist/**/*.test.js", "bench/dist/{interrupt,smoke}.test.js"];
// They fill memory, set flags of V8 and look at all threads: each has a process of its own.
const threads = ["client-node/dist/executors/**/*.test.js", "client-node/dist/volunteer/**/*.test.js"];

const compiled = (name, include, { exclude = [], isolate = true } = {}) => ({
  extends: true,
  test: {
    name,
    include,
    exclude: ["**/node_modules/**", ...exclude],
    isolate,
    // No test waits for a time; the limit only ends what hangs, on a machine with other work, too.
    testTimeout: 60_000,
    // Node loads what a test imports, and only the test goes through Vite: what Vite rewrites runs at half the speed.
    server: { deps: { external: [/\/dist\/(?!.*\.test\.js$)/] } },
  },
});

/** The files that wait the longest, while they cost next to nothing, come first: all others run beside them. */
class PatientFirst extends BaseSequencer {
  async sort(files) {
    const isPatient = ({ moduleId }) => /\/e2e\/dist\/(kills|odd-clients)\.test\.js$/.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isPatient), ...sorted.filter((file) => !isPatient(file))];
  }
}

export default defineConfig({
  test: {
    // Two also on two cores: while one file waits for its processes, another one computes.
    maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
    sequence: { sequencer: PatientFirst },
    projects: [
      // Many files in one process, since starting one costs more than most files take.
      compiled("unit", ["*/dist/**/*.test.js"], { exclude: [...simulation, ...whole, ...threads], isolate: false }),
      compiled("threads", threads),
      compiled("simulation", simulation),
      compiled("whole", whole),
    ],
  },
});
