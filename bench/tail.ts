/**
 * The end of a job with real clients: twenty slots of which one is twenty times slower and one freezes on the way, and electrons of mixed
 * cost. How much of the time that all of them together would need is left when the job is done, with second copies and without.
 *
 * The electrons wait instead of computing, in steps, so that twenty slots need not twenty cores. A client is slow because it is
 * stopped nineteen twentieths of the time: it makes one step each time that it may run.
 */
import { liveToTheEnd } from "@valence/coordinator/simulation/tail";
import { type Running, type Serving, Stage, until } from "@valence/e2e/processes";
import type { Figure, Measures, Scenario } from "./scenario.js";
import { median } from "./statistics.js";

const PROCESSES = 6;
const SLOTS = 18;
const SLOW = 20;
const STEP_MS = 20;
/** Usual electrons, and one in ten of another kind. */
const STEPS = { usual: 5, dear: 50 };
/** When one client freezes, and when it goes on unless the job is over by then: in ideal times. */
const FREEZES_AFTER = 0.8;
const THAWS_AFTER = 10;
/** A long electron may be on the slow client. */
const TIMEOUT_MS = 600_000;

const ATOM = `export default {
  name: "waits",
  async process(steps) {
    for (let i = 0; i < steps; i++) await new Promise((done) => setTimeout(done, ${STEP_MS}));
    return steps;
  },
};`;

const OURS = "valence";
const ALONE = "valence, attemptsMax 1: no copies";
const SIMULATED = "valence, simulated";
const SIMULATED_ALONE = "valence, simulated, attemptsMax 1: no copies";
const COPIES = 4;
const NO_COPIES = 1;

export const tail: Scenario = {
  name: "tail",
  what: "electrons of mixed cost on 20 slots, one 20 times slower and one that freezes",
  size: 2_000,
  smokeSize: 40,
  async open(size) {
    const stage = await Stage.open();
    const grid = new Ending(await stage.serve(), stage, costs(size));
    await grid.ready();
    const stretch = (of: string, yardstick: string): Figure => ({
      name: `makespan of ${of} over the ideal one`,
      unit: "×",
      value: { of, measure: "stretch" },
      yardstick: { of: yardstick },
      targets: [{ of: "value", atMost: 1.15 }],
    });
    return {
      contestants: [
        { name: OURS, run: () => grid.run(COPIES) },
        { name: ALONE, run: () => grid.run(NO_COPIES) },
        { name: SIMULATED, run: async () => simulated(COPIES) },
        { name: SIMULATED_ALONE, run: async () => simulated(NO_COPIES) },
      ],
      figures: [stretch(OURS, ALONE), stretch(SIMULATED, SIMULATED_ALONE)],
      close: () => stage.close(),
    };
  },
};

/** What a simulated grid of the same kind makes of a longer job; the same on every machine. */
function simulated(attemptsMax: number): Measures {
  const stretches = [1, 2, 3, 4, 5].map((seed) => {
    const policy = { attemptsMax, timeoutMs: TIMEOUT_MS };
    const { makespanMs, idealMs } = liveToTheEnd({ seed, electrons: 1_500, electronMs: 200, policy });
    return makespanMs / idealMs;
  });
  return { stretch: median(stretches) };
}

/** In steps. */
function costs(electrons: number): number[] {
  return Array.from({ length: electrons }, (_, i) => (i % 10 === 7 ? STEPS.dear : STEPS.usual));
}

class Ending {
  readonly #serving: Serving;
  readonly #costs: readonly number[];
  readonly #frozen: Running;
  readonly #slow: Running;

  constructor(serving: Serving, stage: Stage, all: readonly number[]) {
    this.#serving = serving;
    this.#costs = all;
    for (let i = 0; i < PROCESSES; i++) stage.work(serving, { name: `client${i}`, threads: SLOTS / PROCESSES });
    this.#frozen = stage.work(serving, { name: "frozen" });
    this.#slow = stage.work(serving, { name: "slow" });
  }

  /** All are there, also one that was frozen. */
  async ready(): Promise<void> {
    await until("all clients", async () => {
      const { volunteers, busy } = await this.#serving.grid.stats();
      return volunteers === PROCESSES + 2 && busy === 0;
    });
  }

  async run(attemptsMax: number): Promise<Measures> {
    const { grid } = this.#serving;
    const atom = await grid.publish(ATOM);
    const ideal = idealMs(this.#costs, STEP_MS, Number.POSITIVE_INFINITY);
    const quicken = slowDown(this.#slow);
    const thaw = freeze(this.#frozen, FREEZES_AFTER * ideal, THAWS_AFTER * ideal);
    const began = performance.now();
    const job = await grid.submit({
      atom: atom.id,
      input: { list: [...this.#costs] },
      reduce: "sum",
      keep: true,
      policy: { attemptsMax, timeoutMs: TIMEOUT_MS },
    });
    const steps = await job.result().finally(() => {
      quicken();
      thaw();
    });
    const makespanMs = performance.now() - began;
    const expected = this.#costs.reduce((sum, cost) => sum + cost, 0);
    if (steps !== expected) throw new Error(`${steps} steps were counted, and ${expected} were to be made`);
    const stepMs: number[] = [];
    for await (const { start, end, result } of job.results()) {
      stepMs.push((Date.parse(end) - Date.parse(start)) / Number(result));
    }
    await this.ready();
    return { stretch: makespanMs / idealMs(this.#costs, median(stepMs), FREEZES_AFTER * ideal) };
  }
}

/** Stops a process for a while, or until what is given back is called. */
function freeze({ process: child }: Running, fromMs: number, toMs: number): () => void {
  const stop = setTimeout(() => child.kill("SIGSTOP"), fromMs);
  const go = setTimeout(() => child.kill("SIGCONT"), toMs);
  return () => {
    clearTimeout(stop);
    clearTimeout(go);
    child.kill("SIGCONT");
  };
}

/** Lets a process run a little while at a time, in which it makes one step. What is given back lets it run as it likes. */
function slowDown({ process: child }: Running): () => void {
  child.kill("SIGSTOP");
  const running = setInterval(() => {
    child.kill("SIGCONT");
    setTimeout(() => child.kill("SIGSTOP"), STEP_MS / 2);
  }, SLOW * STEP_MS);
  return () => {
    clearInterval(running);
    setTimeout(() => child.kill("SIGCONT"), STEP_MS);
  };
}

/** All work divided by all speed, where one client works until `freezesAt`. */
function idealMs(all: readonly number[], stepMs: number, freezesAt: number): number {
  const workMs = all.reduce((sum, cost) => sum + cost, 0) * stepMs;
  const others = SLOTS + 1 / SLOW;
  return Math.max(workMs / (others + 1), (workMs - freezesAt) / others);
}
