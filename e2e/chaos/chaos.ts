/**
 * One job under chaos: a real coordinator, Node clients and tabs behind a bad network, and a plan of misfortunes from one seed,
 * each of which comes when the job has got so far. What became of the job is judged in verdict.ts.
 */
import { setTimeout as delay } from "node:timers/promises";
import { UnreachableError } from "@valence/client-node/sdk/errors";
import type { Job } from "@valence/client-node/sdk/job";
import { Chance } from "@valence/coordinator/simulation/chance";
import { hasEnded } from "@valence/shared/job-state";
import type { JobView } from "@valence/shared/job-view";
import { type Serving, Stage } from "../processes.js";
import { AWKWARD_ATOM } from "./awkward.js";
import { BadNetwork, FAIR } from "./bad-network.js";
import { stopped } from "./clients.js";
import { type Misfortune, planned } from "./plan.js";
import { Troupe } from "./troupe.js";
import { judge, type Verdict } from "./verdict.js";

export type ChaosOptions = {
  readonly seed: number;
  readonly electrons: number;
  /** What eight electrons of one worker take. */
  readonly everyMs: number;
  readonly nodeClients: number;
  readonly threads: number;
  readonly tabs: number;
  /** How long a client is stopped at most; above 15 s it is given up meanwhile. */
  readonly stopMs: number;
  /** How often each misfortune comes. */
  readonly misfortunes: Readonly<Record<Misfortune, number>>;
  readonly say: (line: string) => void;
  /** Ends everything early. */
  readonly signal?: AbortSignal;
};

export type ChaosOutcome = Verdict & {
  readonly seconds: number;
  /** What has come to pass before the job ended. */
  readonly happened: Readonly<Record<Misfortune, number>>;
  readonly linesCut: number;
  readonly linesDeafened: number;
  /** Clients that ended though nobody killed them. */
  readonly faults: readonly string[];
  /** Exit codes of coordinator and Node clients that were told to end. */
  readonly exitCode: number | null;
};

/** The job is given up when it has not moved for so long: longer than any lease, grace, silence and back-off. */
const STUCK_MS = 120_000;
const LOOK_MS = 50;
const QUESTIONS_BROKEN_MAX = 100;
const SAY_MS = 5_000;
/** The last misfortune comes before the job's last part, so that all come before its end. */
const PLANNED_SHARE = 0.95;

export async function chaos(options: ChaosOptions): Promise<ChaosOutcome> {
  const stage = await Stage.open();
  const run = new Chaos(stage, options);
  try {
    return await run.play();
  } finally {
    await run.close();
  }
}

class Chaos {
  readonly #stage: Stage;
  readonly #options: ChaosOptions;
  readonly #chance: Chance;
  readonly #happened: Record<Misfortune, number>;
  readonly #began = performance.now();
  /** Stops and silences that go on beside the plan. */
  readonly #under = new Set<Promise<void>>();
  #linesCut = 0;
  #linesDeafened = 0;
  #serving: Serving | null = null;
  #network: BadNetwork | null = null;
  #troupe: Troupe | null = null;
  #said = 0;
  /** Questions of ours without an answer. */
  #broken = 0;

  constructor(stage: Stage, options: ChaosOptions) {
    this.#stage = stage;
    this.#options = options;
    this.#chance = new Chance(options.seed, 0);
    this.#happened = Object.fromEntries(Object.keys(options.misfortunes).map((name) => [name, 0])) as never;
  }

  async play(): Promise<ChaosOutcome> {
    const { electrons, everyMs, seed, misfortunes } = this.#options;
    this.#serving = await this.#stage.serve();
    this.#network = await BadNetwork.open(this.#serving.port, new Chance(seed, 1));
    this.#troupe = await Troupe.open(this.#stage, this.#network.url, this.#options);
    const atom = await this.#serving.grid.publish(AWKWARD_ATOM);
    const input = { range: { from: 0, to: electrons, chunk: 1 } };
    const params = { everyMs };
    const { id } = await this.#serving.grid.submit({ atom: atom.id, input, params, reduce: "sum", keep: true });
    const plan = planned(misfortunes, this.#chance);
    for (const [i, misfortune] of plan.entries()) {
      if (!(await this.#until(id, ((i + 1) / plan.length) * PLANNED_SHARE * electrons))) break;
      await this.#strike(misfortune);
      this.#happened[misfortune] += 1;
    }
    this.#network.weather = FAIR;
    await Promise.all(this.#under);
    await this.#until(id, Number.POSITIVE_INFINITY);
    const verdict = await judge(this.#serving, this.#serving.grid.job(id) as Job, electrons);
    const faults = this.#troupe.faults();
    const exitCode = await this.#serving.end("SIGTERM");
    const seconds = (performance.now() - this.#began) / 1_000;
    const lines = { linesCut: this.#linesCut, linesDeafened: this.#linesDeafened };
    return { ...verdict, ...lines, seconds, happened: this.#happened, faults, exitCode };
  }

  async close(): Promise<void> {
    await this.#troupe?.close();
    await this.#network?.close();
    await this.#stage.close();
    await Promise.all(this.#under);
  }

  /** Waits until so many electrons are done; false when the job has ended, or does not move any more. */
  async #until(job: string, electrons: number): Promise<boolean> {
    let [last, movedAt] = [-1, performance.now()];
    for (;;) {
      this.#options.signal?.throwIfAborted();
      const view = await this.#look(job);
      if (hasEnded(view.state)) return false;
      const { done } = view.progress;
      this.#report(done);
      if (done >= electrons) return true;
      if (done !== last) [last, movedAt] = [done, performance.now()];
      if (performance.now() - movedAt > STUCK_MS) return false;
      await delay(LOOK_MS);
    }
  }

  /** A question may break with its connection; that the coordinator ends by itself must not happen. */
  async #look(job: string): Promise<JobView> {
    for (;;) {
      const serving = this.#serving;
      const ended = serving?.process.exitCode ?? serving?.process.signalCode ?? null;
      if (!serving || ended !== null) throw new Error(`the coordinator ended with ${ended}: ${serving?.errors()}`);
      try {
        return await serving.grid.job(job).view();
      } catch (error) {
        if (!(error instanceof UnreachableError)) throw error;
        this.#broken += 1;
        if (this.#broken > QUESTIONS_BROKEN_MAX) throw error;
        await delay(LOOK_MS);
      }
    }
  }

  async #strike(misfortune: Misfortune): Promise<void> {
    const [network, troupe, chance] = [this.#network, this.#troupe, this.#chance];
    if (!network || !troupe) return;
    if (misfortune === "kill coordinator") await this.#killCoordinator(network);
    else if (misfortune === "stop coordinator") await this.#stopCoordinator();
    else if (misfortune === "kill client") await troupe.kill();
    else if (misfortune === "stop client")
      this.#beside(troupe.stop(this.#options.stopMs * chance.pick([0.05, 0.3, 1])));
    else if (misfortune === "cut") this.#linesCut += network.cut(chance.between(0.3, 1));
    else if (misfortune === "half-open") this.#beside(this.#deafen(network));
    else network.weather = chance.hit(0.3) ? FAIR : this.#weather();
  }

  /** Now and then it is killed again while it starts. It comes back on another port, to which the network leads. */
  async #killCoordinator(network: BadNetwork): Promise<void> {
    await this.#serving?.end("SIGKILL");
    if (this.#chance.hit(0.3)) {
      const early = this.#stage.run(["serve", "--port", "0", "--data-dir", `${this.#stage.dir}/data`]);
      await delay(this.#chance.between(50, 600));
      await early.end("SIGKILL");
    }
    this.#serving = await this.#stage.serve();
    network.target = this.#serving.port;
  }

  async #stopCoordinator(): Promise<void> {
    if (this.#serving) await stopped(this.#serving, this.#chance.pick([200, 1_000, 3_000]));
  }

  async #deafen(network: BadNetwork): Promise<void> {
    this.#linesDeafened += network.deafen(this.#chance.between(0.3, 1));
    network.halfOpen = true;
    await delay(this.#chance.pick([300, 1_500]));
    network.halfOpen = false;
  }

  #weather() {
    const leastMs = this.#chance.pick([0, 10, 50]);
    const bytesPerSecond = this.#chance.pick([32_768, 262_144, Number.POSITIVE_INFINITY]);
    return { delayMs: [leastMs, leastMs * 8 + 10], bytesPerSecond } as const;
  }

  #beside(under: Promise<void>): void {
    const done = under.finally(() => this.#under.delete(done));
    this.#under.add(done);
  }

  #report(done: number): void {
    const now = performance.now();
    if (now - this.#said < SAY_MS) return;
    this.#said = now;
    const happened = Object.values(this.#happened).reduce((sum, times) => sum + times, 0);
    const seconds = Math.round((now - this.#began) / 1_000);
    this.#options.say(`${seconds} s: ${done} of ${this.#options.electrons} electrons, ${happened} misfortunes`);
  }
}
