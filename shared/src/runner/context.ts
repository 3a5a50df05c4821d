/** The second argument of an atom's `process`. */
import type { Context, FailOptions } from "../atom.js";
import { seededRandom } from "../random.js";
import { AtomFailed } from "./failure.js";
import type { Voice } from "./voice.js";

/** What the contexts of one run have in common. */
export type RunContext = {
  readonly seed: number;
  readonly attempt: number;
  readonly params: () => unknown;
  readonly voice: Voice;
};

/**
 * Made for each electron, so it makes little: `random` and `params` are getters that give functions and values which need no
 * `this`, so that an atom may take the context apart. 3 ns each, and `random()` as fast as the generator itself; a closure
 * around the generator costs 25 ns and half the speed.
 */
export class ElectronContext implements Context {
  readonly #run: RunContext;
  readonly item: number;
  readonly fail: Context["fail"] = fail;
  #random: (() => number) | undefined;

  constructor(run: RunContext, item: number) {
    this.#run = run;
    this.item = item;
  }

  get random(): () => number {
    this.#random ??= seededRandom(this.#run.seed, this.item);
    return this.#random;
  }

  get params(): unknown {
    return this.#run.params();
  }

  /** No job has shared values yet. */
  get shared(): unknown {
    return null;
  }

  get attempt(): number {
    return this.#run.attempt;
  }

  get log(): Context["log"] {
    return this.#run.voice.log;
  }

  get progress(): Context["progress"] {
    return this.#run.voice.progress;
  }
}

function fail(message: string, options?: FailOptions): never {
  throw new AtomFailed(message, options);
}
