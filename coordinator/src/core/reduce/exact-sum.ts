/**
 * Sums of doubles without rounding. Owns how they are held; knows nothing of rules.
 *
 * The idea is the superaccumulator (U. Kulisch; R. M. Neal, "Fast exact summation using small and large superaccumulators",
 * 2015, arXiv:1505.05571): one integer wide enough for all doubles, in limbs that are added to without carrying.
 */
import { type Value, ValueError } from "@valence/shared/value";
import { roundScaled, type Scaled } from "./exact-number.js";

const LIMB = 0x1_0000_0000;
/** The exponent of the lowest bit of limb 0: that of the smallest double. Limbs below it hold bits of squares. */
const EXPONENT_MIN = -1_074;
/** Carries are due when limbs may reach this many times `LIMB`: two such limbs still add up to an exact double. */
const LOAD_MAX = 2 ** 20;
/** Bounds of what sums of squares of doubles reach: 2^-2148 to 2^2048, and some limbs more. */
const BASE_MIN = -40;
const BASE_MAX = 110;
const LIMBS_MAX = BASE_MAX - BASE_MIN;
/** Numbers that differ by less than some 80 decimal places take no more limbs. */
const USUAL_LIMBS_MAX = 12;
const USUAL_BYTES = 24;
/** Veltkamp's constant `2^27 + 1`, which cuts a double in two halves. */
const SPLITTER = 0x800_0001;

// One double seen as its two halves: the fastest way to its bits. It is also how a double reaches `#addFloat`: as an
// argument it would be allocated, and a sum of squares then costs up to ten times as much.
const float = new Float64Array(1);
const halves = new Uint32Array(float.buffer);
float[0] = 1;
const HIGH = halves[1] === 0 ? 0 : 1;
const LOW = 1 - HIGH;

/**
 * The exact sum of finite doubles, rounded once when it is read: a function of the multiset of what was added, whatever
 * the order and however it was cut and merged.
 *
 * Held sparsely: only the limbs of 32 bits between the smallest and the largest that were touched; five for numbers of
 * one size.
 */
export class ExactSum {
  /** Signed integers below 2^53; limb `i` here is worth `2^(32·(#base + i) − 1074)`. */
  #limbs = new Float64Array(0);
  #base = 0;
  /** Every limb is below `#load · 2^32`; `#load` is below LOAD_MAX between calls. */
  #load = 1;

  /** Adds a finite double. @throws RangeError for any other */
  add(x: number): void {
    float[0] = x;
    this.#addFloat(0);
  }

  /**
   * Adds the exact square of a finite double: `m²` is two doubles without an error (T. J. Dekker, "A floating-point
   * technique for extending the available precision", 1971), taken of the integer mantissa so that nothing can over- or underflow.
   *
   * @throws RangeError when `x` is not finite
   */
  addSquare(x: number): void {
    if (x === 0) return;
    float[0] = x;
    const high = halves[HIGH] as number;
    const exponent = (high >>> 20) & 0x7ff;
    if (exponent === 0x7ff) throw new RangeError(`${x} has no exact square`);
    const m = ((high & 0xfffff) | (exponent > 0 ? 0x100000 : 0)) * LIMB + (halves[LOW] as number);
    const scaled = SPLITTER * m;
    const a = scaled - (scaled - m);
    const b = m - a;
    const square = m * m;
    const error = a * a - square + 2 * a * b + b * b;
    const shift = 2 * ((exponent > 0 ? exponent - 1 : 0) + EXPONENT_MIN); // x = m · 2^(shift / 2)
    float[0] = square;
    this.#addFloat(shift);
    float[0] = error;
    this.#addFloat(shift);
  }

  /** Adds all that the other has; the other stays as it is. */
  merge(other: ExactSum): void {
    if (other.#limbs.length === 0) return;
    const limbs = other.#limbs;
    const start = this.#window(other.#base, limbs.length);
    for (let i = 0; i < limbs.length; i++) {
      this.#limbs[start + i] = (this.#limbs[start + i] as number) + (limbs[i] as number);
    }
    this.#load += other.#load;
    if (this.#load >= LOAD_MAX) this.#carry();
  }

  /** The sum, rounded to the nearest double, ties to even; ±Infinity beyond the largest; an exact zero is 0. */
  value(): number {
    return roundScaled(this.exact());
  }

  /** The sum itself. */
  exact(): Scaled {
    let n = 0n;
    for (let i = this.#limbs.length - 1; i >= 0; i--) n = (n << 32n) + BigInt(this.#limbs[i] as number);
    return { n, exponent: 32 * this.#base + EXPONENT_MIN };
  }

  /** Whether the sum is exactly zero, as before the first addition. */
  isZero(): boolean {
    return this.exact().n === 0n;
  }

  /** Roughly what it takes when packed: the same for all usual numbers, and what it holds for those far apart. */
  get bytes(): number {
    return this.#limbs.length <= USUAL_LIMBS_MAX ? USUAL_BYTES : 8 * this.#limbs.length;
  }

  /** An independent copy. */
  clone(): ExactSum {
    const copy = new ExactSum();
    copy.#limbs = this.#limbs.slice();
    copy.#base = this.#base;
    copy.#load = this.#load;
    return copy;
  }

  /** `[base, sign, limbs]`: the same for equal sums, however they came about. About 30 bytes encoded for usual numbers. */
  pack(): Value {
    const { n } = this.exact();
    let rest = n < 0n ? -n : n;
    let base = this.#base;
    while (rest !== 0n && (rest & 0xffff_ffffn) === 0n) {
      rest >>= 32n;
      base++;
    }
    const limbs: number[] = [];
    for (; rest !== 0n; rest >>= 32n) limbs.push(Number(rest & 0xffff_ffffn));
    return [limbs.length === 0 ? 0 : base, n < 0n ? -1 : 1, Uint32Array.from(limbs)];
  }

  /** @throws ValueError for anything that `pack` does not give */
  static unpack(packed: Value): ExactSum {
    const [base, sign, limbs] = Array.isArray(packed) ? packed : [];
    const isSum =
      Number.isInteger(base) &&
      Math.abs(sign as number) === 1 &&
      limbs instanceof Uint32Array &&
      limbs.length <= LIMBS_MAX;
    if (!isSum || (base as number) < BASE_MIN || (base as number) > BASE_MAX) throw new ValueError("no packed sum");
    const sum = new ExactSum();
    sum.#base = base as number;
    sum.#limbs = Float64Array.from(limbs, (limb) => limb * (sign as number));
    return sum;
  }

  /** Adds `float[0] · 2^shift`. */
  #addFloat(shift: number): void {
    const high = halves[HIGH] as number;
    const low = halves[LOW] as number;
    const exponent = (high >>> 20) & 0x7ff;
    if (exponent === 0x7ff) throw new RangeError(`${float[0]} cannot be added`);
    const m = (high & 0xfffff) | (exponent > 0 ? 0x100000 : 0);
    if ((m | low) === 0) return;
    const position = (exponent > 0 ? exponent - 1 : 0) + shift;
    // The 53 bits of the mantissa, moved up by 0 to 31, lie in three limbs.
    const up = position & 31;
    const first = (low << up) >>> 0;
    const second = up === 0 ? m : ((low >>> (32 - up)) | (m << up)) >>> 0;
    const third = up === 0 ? 0 : m >>> (32 - up);
    let i = (position >> 5) - this.#base;
    if (i < 0 || i + 3 > this.#limbs.length) i = this.#window(position >> 5, 3);
    const limbs = this.#limbs; // the window holds all three, hence the casts
    const sign = high >>> 31 === 0 ? 1 : -1;
    limbs[i] = (limbs[i] as number) + sign * first;
    limbs[i + 1] = (limbs[i + 1] as number) + sign * second;
    limbs[i + 2] = (limbs[i + 2] as number) + sign * third;
    if (++this.#load >= LOAD_MAX) this.#carry();
  }

  /** Makes sure that `count` limbs from `from` on are held; returns where they start. */
  #window(from: number, count: number): number {
    const held = this.#limbs.length;
    if (held === 0) {
      // One more on both sides: numbers of one size spread over two positions of three limbs.
      this.#base = from - 1;
      this.#limbs = new Float64Array(count + 2);
      return 1;
    }
    const base = Math.min(from, this.#base);
    const end = Math.max(from + count, this.#base + held);
    if (end - base > held) {
      const limbs = new Float64Array(end - base);
      limbs.set(this.#limbs, this.#base - base);
      this.#limbs = limbs;
      this.#base = base;
    }
    return from - base;
  }

  /** Carries, so that every limb is below 2^32 again; the highest keeps its sign. */
  #carry(): void {
    let carry = 0;
    const top = this.#limbs.length - 1;
    for (let i = 0; i < top; i++) {
      const sum = (this.#limbs[i] as number) + carry;
      carry = Math.floor(sum / LIMB);
      this.#limbs[i] = sum - carry * LIMB;
    }
    const sum = (this.#limbs[top] as number) + carry;
    if (Math.abs(sum) < LIMB) {
      this.#limbs[top] = sum;
    } else {
      const over = Math.trunc(sum / LIMB);
      this.#limbs[top] = sum - over * LIMB;
      const at = this.#window(this.#base + top + 1, 1);
      this.#limbs[at] = over;
    }
    this.#load = 1;
  }
}
