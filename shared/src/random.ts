/**
 * The random numbers of an electron: the same for a job's seed and an item in every engine, so that copies of a result can
 * be compared bit for bit. Only 32-bit integer operations, and one exact product with a power of two.
 */

const GOLDEN = 0x9e3779b9;
const TWO_32 = 0x1_0000_0000;
const TWO_26 = 0x400_0000;
/** 2^-53: what one step of the last bit is worth. */
const UNIT = 1 / 0x20_0000_0000_0000;

/**
 * Uniform doubles in `[0, 1)`, all 53 bits random, for one item of one job.
 *
 * The generator is xoshiro128** 1.1 (D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS
 * 47(4), 2021; prng.di.unimi.it/xoshiro128starstar.c), two outputs a double joined as in `genrand_res53` of MT19937
 * (M. Matsumoto, T. Nishimura, 2002). Distinct pairs of seed and item start from distinct states.
 *
 * @param seed an integer in `[0, 2^53)`
 * @param item an integer in `[0, 2^53)`
 * @throws RangeError when either is not
 */
export function seededRandom(seed: number, item: number): () => number {
  // A typed array, not four plain locals: as fast, and where small integers have 31 bits (Chrome) each store of such a
  // local would allocate a number. It has four words, hence the casts.
  const state = stateOf(seed, item);
  return () => {
    let a = state[0] as number;
    let b = state[1] as number;
    let c = state[2] as number;
    let d = state[3] as number;
    const high = scrambled(b) >>> 5;
    const first = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= first;
    d = (d << 11) | (d >>> 21);
    const low = scrambled(b) >>> 6;
    const second = b << 9;
    c ^= a;
    d ^= b;
    state[0] = a ^ d;
    state[1] = b ^ c;
    state[2] = c ^ second;
    state[3] = (d << 11) | (d >>> 21);
    return (high * TWO_26 + low) * UNIT;
  };
}

function scrambled(word: number): number {
  const product = Math.imul(word, 5);
  return Math.imul((product << 7) | (product >>> 25), 9);
}

/**
 * Spreads seed and item over the four words of a state. Each line is undone by knowing the lines before it, so the map
 * from pairs to states is one to one; after the second round every word depends on all of the input.
 */
function stateOf(seed: number, item: number): Int32Array {
  let a = mix(low(seed) + GOLDEN);
  let b = high(seed) ^ mix(a + GOLDEN);
  let c = low(item) ^ mix(b + GOLDEN);
  let d = high(item) ^ mix(c + GOLDEN);
  a ^= mix(d + GOLDEN);
  b ^= mix(a + GOLDEN);
  c ^= mix(b + GOLDEN);
  d ^= mix(c + GOLDEN);
  // The one state from which the generator never leaves zero. No pair is known to lead here.
  if ((a | b | c | d) === 0) d = GOLDEN;
  const state = new Int32Array(4);
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
  return state;
}

/** The finaliser of MurmurHash3 (A. Appleby), the mixing step of a SplitMix of 32 bits. One to one. */
function mix(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function low(n: number): number {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`${n} is no integer in [0, 2^53)`);
  return (n % TWO_32) | 0;
}

function high(n: number): number {
  return (n / TWO_32) | 0;
}
