/** Numbers of results, as people read them and as exactly as they are known. Pure. */
import { count, knownDigits } from "@valence/shared/human";
import type { Estimate } from "./result-view.js";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** All digits of a number: `664,579`, `3.14159`, `1.2 × 10²¹`. */
export function numberText(n: number): string {
  if (Number.isInteger(n) && Math.abs(n) < 1e15) return Object.is(n, -0) ? "−0" : minus(count(n));
  if (!Number.isFinite(n)) return Number.isNaN(n) ? "not a number" : n > 0 ? "∞" : "−∞";
  const [digits = "", exponent] = String(n).split("e");
  return minus(exponent === undefined ? digits : `${digits} × 10${raised(exponent)}`);
}

export type EstimateText = {
  /** To the digit that the interval leaves in doubt. */
  readonly mean: string;
  readonly halfWidth: string | null;
  readonly low: string | null;
  readonly high: string | null;
};

/** Digits follow the interval: what lies beyond its second digit nobody knows. */
export function estimateText({ mean, interval }: Pick<Estimate, "mean" | "interval">): EstimateText {
  const half = interval === null ? 0 : (interval.high - interval.low) / 2;
  if (interval === null || !(half > 0) || !Number.isFinite(half)) {
    return { mean: numberText(mean), halfWidth: null, low: null, high: null };
  }
  const known = (n: number) => minus(groupedDigits(knownDigits(n, half)));
  return { mean: known(mean), halfWidth: known(half), low: known(interval.low), high: known(interval.high) };
}

/** `12345.6` as `12,345.6`. */
function groupedDigits(digits: string): string {
  return digits.replace(/\d(?=(\d{3})+(?!\d))/g, (digit, _, at: number) =>
    digits.lastIndexOf(".", at) >= 0 || digits.includes("e") ? digit : `${digit},`,
  );
}

function minus(text: string): string {
  return text.replace(/^-/, "−");
}

function raised(exponent: string): string {
  return exponent
    .replace("+", "")
    .replace("-", "⁻")
    .replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)] ?? digit);
}
