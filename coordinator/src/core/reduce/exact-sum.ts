/**
 * Sums of doubles without rounding. Owns how they are held; knows nothing of rules.
 *
 * The idea is the superaccumulator (U. Kulisch; R. M. Neal, "Fast exact summation using small and large superaccumulators",
 * 2015, arXiv:1505.05571): one integer wide enough for all doubles, in limbs that are added to without carrying.
 */
import { type Value, ValueError } from "@valence/shared/value";
import { plus, roundScaled, type Scaled } from "./exact-number.js";

const LIMB = 0x1_0000_0000;
/** The exponent of the lowest bit of limb 0: that of the smallest double. Limbs below it hold bits of squares. */
const EXPONENT_MIN = -1_074;
/** Where 1 is: in this limb, and there worth this. */
const ONE_LIMB = 33;
const ONE_BIT = 2 ** 18;
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

const NO_LIMBS = new Float64Array(0);

/**
 * The exact sum of finite doubles, rounded once when it is read: a function of the multiset of what was added, whatever
 * the order and however it was cut and merged.
 *
 * Whole numbers are added as such while their sum stays below 2^53: counts are what is added most, by the thousand keys at
 * a time. The rest is held sparsely: only the limbs of 32 bits between the smallest and the largest that were touched; five
 * for numbers of one size.
 */
export class ExactSum {
  /** A safe integer; the sum is this and what the limbs say. */
  #whole = 0;
  /** Signed integers below 2^53; limb `i` here is worth `2^(32·(#base + i) − 1074)`. */
  #limbs = NO_LIMBS;
  #base = 0;
  /** Every limb is below `#load · 2^32`; `#load` is below LOAD_MAX between calls. */
  #load = 1;

  /** Adds a finite double. @throws RangeError for any other */
  add(x: number): void {
    const whole = this.#whole + x;
    // Rounding cannot bring a sum from beyond 2^53 to below it. Plus 0, for −0 is not a sum of its own.
    if (Number.isInteger(x) && Math.abs(whole) <= Number.MAX_SAFE_INTEGER) this.#whole = whole + 0;
    else {
      float[0] = x;
      this.#addFloat(0);
    }
  }

  /**
   * Adds the exact square of a finite double: `m²` is two doubles without an error (T. J. Dekker, "A floating-point
   * technique for extending the available precision", 1971), taken of the integer mantissa so that nothing can over- or underflow.
   *
   * @throws RangeError when `x` is not finite
   */
  addSquare(x: number): void {
    const whole = this.#whole + x * x;
    // The square by itself, too: beyond 2^53 it is rounded, and a sum below zero could bring it back.
    if (Number.isInteger(x) && x * x <= Number.MAX_SAFE_INTEGER && whole <= Number.MAX_SAFE_INTEGER) {
      this.#whole = whole;
      return;
    }
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
    this.add(other.#whole);
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
    return this.#limbs.length === 0 ? this.#whole : roundScaled(this.exact());
  }

  /** The sum itself. */
  exact(): Scaled {
    if (this.#limbs.length === 0) return { n: BigInt(this.#whole), exponent: 0 };
    let n = 0n;
    for (let i = this.#limbs.length - 1; i >= 0; i--) n = (n << 32n) + BigInt(this.#limbs[i] as number);
    const limbs = { n, exponent: 32 * this.#base + EXPONENT_MIN };
    return this.#whole === 0 ? limbs : plus(limbs, { n: BigInt(this.#whole), exponent: 0 });
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
    copy.#whole = this.#whole;
    copy.#limbs = this.#limbs.length === 0 ? NO_LIMBS : this.#limbs.slice();
    copy.#base = this.#base;
    copy.#load = this.#load;
    return copy;
  }

  /**
   * A safe integer where it is one, else `[base, sign, limbs]`: the same for equal sums, however they came about. About 30 bytes
   * encoded for usual numbers.
   */
  pack(): Value {
    if (this.#limbs.length === 0) return this.#whole;
    const { sign, base, limbs } = this.#magnitude();
    const whole = wholeOf(base, limbs);
    return whole === null ? [base, sign, new Uint32Array(limbs)] : sign * whole + 0;
  }

  /** @throws ValueError for anything that `pack` does not give */
  static unpack(packed: Value): ExactSum {
    if (Number.isSafeInteger(packed)) {
      const sum = new ExactSum();
      sum.#whole = (packed as number) + 0;
      return sum;
    }
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

  /** The sign of the sum, and its size in limbs from 0 to below 2^32, without zeros at either end. */
  #magnitude(): { sign: number; base: number; limbs: number[] } {
    const all = this.#whole === 0 ? this : this.#inLimbs();
    let limbs = carried(all.#limbs, 1);
    const sign = limbs.at(-1) === -1 ? -1 : 1;
    if (sign < 0) limbs = carried(all.#limbs, -1);
    while (limbs.at(-1) === 0) limbs.pop();
    let zeros = 0;
    while (limbs[zeros] === 0) zeros++;
    return { sign, base: all.#base + zeros, limbs: zeros === 0 ? limbs : limbs.slice(zeros) };
  }

  /** The same sum, held in limbs alone. */
  #inLimbs(): ExactSum {
    const copy = this.clone();
    float[0] = copy.#whole;
    copy.#whole = 0;
    copy.#addFloat(0);
    return copy;
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

/** The limbs times the sign, each from 0 to below 2^32; and behind them −1 for a sum below zero, else 0. */
function carried(limbs: Float64Array, sign: number): number[] {
  const all: number[] = [];
  let carry = 0;
  for (let i = 0; i < limbs.length; i++) {
    const sum = sign * (limbs[i] as number) + carry; // within the array
    carry = Math.floor(sum / LIMB);
    all.push(sum - carry * LIMB);
  }
  // What is left is a number of two limbs at most, or below zero.
  for (; carry > 0 || carry < -1; carry = Math.floor(carry / LIMB)) all.push(carry - Math.floor(carry / LIMB) * LIMB);
  all.push(carry);
  return all;
}

/** The number that limbs without zeros at either end say, when it is a safe integer; else null. */
function wholeOf(base: number, limbs: readonly number[]): number | null {
  if (limbs.length === 0) return 0;
  const fraction = base < ONE_LIMB || (base === ONE_LIMB && ((limbs[0] as number) & (ONE_BIT - 1)) !== 0);
  if (fraction || base + limbs.length > ONE_LIMB + 3) return null;
  let whole = 0;
  for (const [i, limb] of limbs.entries()) whole += limb * (LIMB ** (base + i - ONE_LIMB) / ONE_BIT);
  return whole <= Number.MAX_SAFE_INTEGER ? whole : null;
}
