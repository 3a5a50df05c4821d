/** How many primes a range has, by a sieve that goes over it piece by piece. */
import { defineAtom } from "@valence/shared/atom";

/** Odd numbers in one piece of the sieve: it stays in a core's own cache. */
const PIECE_ODDS = 2 ** 17;

/** Odd primes, ascending, up to `baseMax`. They outlive the electron: the next one in the same worker finds them made. */
let basePrimes = new Uint32Array(0);
let baseMax = 0;

export default defineAtom<{ from: number; to: number }, number>({
  name: "prime-count",
  payload: {
    type: "object",
    required: ["from", "to"],
    properties: {
      from: { type: "integer", minimum: 0 },
      // Above it the base primes would take more time and memory than most chunks are worth.
      to: { type: "integer", maximum: 100_000_000_000_000 },
    },
  },
  process({ from, to }) {
    makeBasePrimes(Math.ceil(Math.sqrt(to)));
    const marks = new Uint8Array(PIECE_ODDS);
    let count = from <= 2 && to > 2 ? 1 : 0;
    for (let low = Math.max(3, from + 1 - (from % 2)); low < to; low += 2 * PIECE_ODDS) {
      count += countOdd(low, Math.min(PIECE_ODDS, Math.ceil((to - low) / 2)), marks);
    }
    return count;
  },
});

/** Primes among the `odds` odd numbers from `low` on. Mark `i` stands for `low + 2i`. */
function countOdd(low: number, odds: number, marks: Uint8Array): number {
  marks.fill(0, 0, odds);
  const last = low + 2 * (odds - 1);
  for (let b = 0; b < basePrimes.length; b++) {
    const prime = basePrimes[b] as number; // within the array
    if (prime * prime > last) break;
    for (let i = firstMultiple(prime, low); i < odds; i += prime) marks[i] = 1;
  }
  let count = odds;
  for (let i = 0; i < odds; i++) count -= marks[i] as number; // within the array
  return count;
}

/** The mark of the first odd multiple that no smaller prime strikes, or of the first in the piece. */
function firstMultiple(prime: number, low: number): number {
  const square = prime * prime;
  if (square >= low) return (square - low) / 2;
  const past = low % prime;
  if (past === 0) return 0;
  const next = prime - past;
  return next % 2 === 0 ? next / 2 : (next + prime) / 2;
}

function makeBasePrimes(max: number): void {
  if (max <= baseMax) return;
  const composite = new Uint8Array(max + 1);
  const primes: number[] = [];
  for (let n = 3; n <= max; n += 2) {
    if (composite[n] === 1) continue;
    primes.push(n);
    for (let multiple = n * n; multiple <= max; multiple += 2 * n) composite[multiple] = 1;
  }
  basePrimes = Uint32Array.from(primes);
  baseMax = max;
}
