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
import { MISFORTUNES, type Misfortune } from "./plan.js";
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
  /** What happens, in this order, at even distances in the job. */
  readonly plan: readonly Misfortune[];
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
  /** The longest time in which no electron was done. */
  readonly standstillMs: number;
  /** Clients that ended though nobody killed them. */
  readonly faults: readonly string[];
  /** Of the coordinator, which is told to end when all is over. */
  readonly exitCode: number | null;
};

/** The job is given up when it has not moved for so long: longer than any lease, grace, silence and back-off. */
const STUCK_MS = 120_000;
const LOOK_MS = 50;
/** A coordinator that is there, or about to be, answers within that. */
const SILENT_MS_MAX = 30_000;
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
  #standstillMs = 0;

  constructor(stage: Stage, options: ChaosOptions) {
    this.#stage = stage;
    this.#options = options;
    this.#chance = new Chance(options.seed, 0);
    this.#happened = Object.fromEntries(MISFORTUNES.map((name) => [name, 0])) as Record<Misfortune, number>;
  }

  async play(): Promise<ChaosOutcome> {
    const { electrons, everyMs, seed, plan } = this.#options;
    this.#serving = await this.#stage.serve();
    this.#network = await BadNetwork.open(this.#serving.port, new Chance(seed, 1));
    this.#troupe = await Troupe.open(this.#stage, this.#network.url, this.#options);
    const atom = await this.#serving.grid.publish(AWKWARD_ATOM);
    const input = { range: { from: 0, to: electrons, chunk: 1 } };
    const params = { everyMs };
    const { id } = await this.#serving.grid.submit({ atom: atom.id, input, params, reduce: "sum", keep: true });
    for (const [i, misfortune] of plan.entries()) {
      if (!(await this.#until(id, ((i + 1) / plan.length) * PLANNED_SHARE * electrons))) break;
      const began = performance.now();
      const what = await this.#strike(misfortune);
      this.#happened[misfortune] += 1;
      this.#say(`${what}, ${Math.round(performance.now() - began)} ms`);
    }
    this.#network.weather = FAIR;
    await Promise.all(this.#under);
    await this.#until(id, Number.POSITIVE_INFINITY);
    const verdict = await judge(this.#serving, this.#serving.grid.job(id) as Job, electrons);
    const faults = this.#troupe.faults();
    const exitCode = await this.#serving.end("SIGTERM");
    const seconds = (performance.now() - this.#began) / 1_000;
    const lines = { linesCut: this.#linesCut, linesDeafened: this.#linesDeafened };
    const standstillMs = this.#standstillMs;
    return { ...verdict, ...lines, seconds, standstillMs, happened: this.#happened, faults, exitCode };
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
      await this.#report(done);
      if (done >= electrons) return true;
      if (done !== last) [last, movedAt] = [done, performance.now()];
      const stillMs = performance.now() - movedAt;
      this.#standstillMs = Math.max(this.#standstillMs, stillMs);
      if (stillMs > STUCK_MS) return false;
      await delay(LOOK_MS);
    }
  }

  /** A question may break with its connection, as those do that are asked again; that the coordinator ends by itself must not happen. */
  async #look(job: string): Promise<JobView> {
    const late = performance.now() + SILENT_MS_MAX;
    for (;;) {
      const serving = this.#serving;
      const ended = serving?.process.exitCode ?? serving?.process.signalCode ?? null;
      if (!serving || ended !== null) throw new Error(`the coordinator ended with ${ended}: ${serving?.errors()}`);
      try {
        return await serving.grid.job(job).view({ signal: AbortSignal.timeout(SILENT_MS_MAX) });
      } catch (error) {
        if (!(error instanceof UnreachableError) || performance.now() > late) throw error;
        await delay(LOOK_MS);
      }
    }
  }

  /** Says what it did. */
  async #strike(misfortune: Misfortune): Promise<string> {
    const [network, troupe, chance] = [this.#network, this.#troupe, this.#chance];
    if (!network || !troupe) throw new Error("nobody is there yet");
    if (misfortune === "kill coordinator") return this.#killCoordinator(network);
    if (misfortune === "stop coordinator") return this.#stopCoordinator();
    if (misfortune === "kill client") return troupe.kill("Node client");
    if (misfortune === "kill tab") return troupe.kill("tab");
    if (misfortune === "stop client") return this.#stopClient(troupe);
    if (misfortune === "half-open") return this.#deafen(network);
    if (misfortune === "weather") return this.#changeWeather(network);
    const cut = network.cut(chance.between(0.3, 1));
    this.#linesCut += cut;
    return `${cut} lines cut`;
  }

  /** Now and then it is killed again while it starts. It comes back on another port, to which the network leads. */
  async #killCoordinator(network: BadNetwork): Promise<string> {
    await this.#serving?.end("SIGKILL");
    const twice = this.#chance.hit(0.3);
    if (twice) {
      const early = this.#stage.run(["serve", "--port", "0", "--data-dir", `${this.#stage.dir}/data`]);
      await delay(this.#chance.between(50, 600));
      await early.end("SIGKILL");
    }
    this.#serving = await this.#stage.serve();
    network.target = this.#serving.port;
    return `coordinator killed${twice ? " twice" : ""}`;
  }

  async #stopCoordinator(): Promise<string> {
    if (this.#serving) await stopped(this.#serving, this.#chance.pick([200, 1_000, 3_000]));
    return "coordinator stopped";
  }

  #stopClient(troupe: Troupe): string {
    const ms = this.#options.stopMs * this.#chance.pick([0.05, 0.3, 1]);
    this.#beside(troupe.stop(ms));
    return `client stopped for ${ms} ms`;
  }

  #deafen(network: BadNetwork): string {
    const deafened = network.deafen(this.#chance.between(0.3, 1));
    const ms = this.#chance.pick([300, 1_500]);
    this.#linesDeafened += deafened;
    this.#beside(network.swallow(ms));
    return `${deafened} lines deafened, new ones for ${ms} ms`;
  }

  #changeWeather(network: BadNetwork): string {
    network.weather = this.#chance.hit(0.3) ? FAIR : this.#weather();
    const { delayMs, bytesPerSecond } = network.weather;
    return `weather of ${delayMs.join(" to ")} ms, ${bytesPerSecond} bytes/s`;
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

  async #report(done: number): Promise<void> {
    const now = performance.now();
    if (now - this.#said < SAY_MS) return;
    this.#said = now;
    const stats = await this.#serving?.grid.stats().catch(() => null);
    const happened = Object.values(this.#happened).reduce((sum, times) => sum + times, 0);
    const there = stats ? `${stats.busy} of ${stats.slots} slots at work` : "no answer";
    this.#say(`${done} of ${this.#options.electrons} electrons, ${happened} misfortunes, ${there}`);
  }

  #say(line: string): void {
    const seconds = (performance.now() - this.#began) / 1_000;
    this.#options.say(`${seconds.toFixed(1).padStart(6)} s  ${line}`);
  }
}
