/** Exact integers of any size, scaled by powers of two and divided by each other, rounded once to a double. */

/** The number `n · 2^exponent`, exactly. */
export type Scaled = { readonly n: bigint; readonly exponent: number };

const MANTISSA_BITS = 53;
/** The exponent of the smallest subnormal. */
const EXPONENT_MIN = -1_074;
/** Doubles end below `2^1024`. */
const EXPONENT_END = 1_024;
/** Bits of a quotient that are computed before it is rounded: more than a mantissa and its rounding bit. */
const QUOTIENT_BITS = 64;

/** The double next to the number; of two equally near, the even one; ±Infinity when it lies beyond all doubles. */
export function roundScaled({ n, exponent }: Scaled): number {
  if (n < 0n) return -roundScaled({ n: -n, exponent });
  if (n === 0n) return 0;
  const bits = bitLength(n);
  if (bits + exponent > EXPONENT_END) return Number.POSITIVE_INFINITY;
  // The weight of the last bit that a double of this size has.
  const unit = Math.max(bits + exponent - MANTISSA_BITS, EXPONENT_MIN);
  const dropped = BigInt(unit - exponent);
  if (dropped <= 0n) return Number(n) * powerOfTwo(exponent);
  // Both factors are doubles and so is their product, or it is 2^1024 and overflows to Infinity: no second rounding.
  return Number(halfEven(n, dropped)) * powerOfTwo(unit);
}

/** The double next to `numerator / denominator`, rounded as by `roundScaled`. The denominator is above zero. */
export function roundRatio(numerator: Scaled, denominator: bigint): number {
  if (numerator.n < 0n) return -roundRatio({ n: -numerator.n, exponent: numerator.exponent }, denominator);
  const shift = BigInt(Math.max(0, QUOTIENT_BITS + bitLength(denominator) - bitLength(numerator.n)));
  const scaled = numerator.n << shift;
  const quotient = scaled / denominator;
  // One more bit stands for all that the division left. Eleven bits at least are rounded away, so it only breaks ties.
  const sticky = scaled % denominator === 0n ? 0n : 1n;
  return roundScaled({ n: (quotient << 1n) | sticky, exponent: numerator.exponent - Number(shift) - 1 });
}

/** `a + b`, exactly. */
export function plus(a: Scaled, b: Scaled): Scaled {
  const exponent = Math.min(a.exponent, b.exponent);
  return { n: (a.n << BigInt(a.exponent - exponent)) + (b.n << BigInt(b.exponent - exponent)), exponent };
}

/** `a − b`, exactly. */
export function minus(a: Scaled, b: Scaled): Scaled {
  return plus(a, { n: -b.n, exponent: b.exponent });
}

/** `a · b`, exactly. */
export function times(a: Scaled, b: Scaled): Scaled {
  return { n: a.n * b.n, exponent: a.exponent + b.exponent };
}

/** `n / 2^bits` to the nearest integer, ties to even; `n` and `bits` are above zero. */
function halfEven(n: bigint, bits: bigint): bigint {
  const whole = n >> bits;
  const rest = n - (whole << bits);
  const half = 1n << (bits - 1n);
  if (rest < half) return whole;
  return rest > half || (whole & 1n) === 1n ? whole + 1n : whole;
}

/** How many bits an integer above zero has; 0 for zero. */
function bitLength(n: bigint): number {
  const hex = n.toString(16);
  return n === 0n ? 0 : (hex.length - 1) * 4 + 32 - Math.clz32(Number.parseInt(hex.charAt(0), 16));
}

/** `2^exponent` from its bits, for −1074 to 1023: powers need not be exact in every engine. */
function powerOfTwo(exponent: number): number {
  const view = new DataView(new ArrayBuffer(8));
  if (exponent >= -1_022) view.setUint32(0, (exponent + 1_023) << 20);
  else view.setBigUint64(0, 1n << BigInt(exponent - EXPONENT_MIN));
  return view.getFloat64(0);
}
