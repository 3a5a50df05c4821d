/** Dice of one seed. */
import { seededRandom } from "@valence/shared/random";

export class Chance {
  readonly random: () => number;

  constructor(seed: number, stream: number) {
    this.random = seededRandom(seed, stream);
  }

  /** True with that probability. */
  hit(probability: number): boolean {
    return this.random() < probability;
  }

  between(from: number, to: number): number {
    return from + this.random() * (to - from);
  }

  /** An integer in `[from, to]`. */
  int(from: number, to: number): number {
    return Math.floor(this.between(from, to + 1));
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.int(0, choices.length - 1)] ?? choices[0];
  }
}
