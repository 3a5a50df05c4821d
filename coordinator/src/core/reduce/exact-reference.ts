/** For tests only: the exact value of a double, computed in another way than the sums are. */

/** A finite double as an integer times `2^-1074`: its bits, read apart in BigInt. */
export function scaledOf(x: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(x));
  const bits = view.getBigUint64(0);
  const exponent = bits >> 52n;
  const mantissa = (bits & 0xf_ffff_ffff_ffffn) | (exponent > 0n ? 0x10_0000_0000_0000n : 0n);
  const n = mantissa << (exponent > 0n ? exponent - 1n : 0n);
  return x < 0 ? -n : n;
}
