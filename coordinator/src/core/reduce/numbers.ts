/** Checks that the rules for numbers share, and what they say of a result. */
import type { TypedArray, Value } from "@valence/shared/value";
import { type Contribution, FoldError } from "./reducer.js";

/** @throws FoldError unless the result is a finite number */
export function checkFinite({ value, electron }: Contribution): void {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new FoldError(`expected a finite number, got ${shown(value)}`, electron);
  }
}

/** @throws FoldError with the first electron whose number is not finite */
export function checkAllFinite(values: Float64Array, firstElectron: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number; // within the array
    if (!Number.isFinite(value)) checkFinite({ value, electron: firstElectron + i });
  }
}

/** Takes infinities, too. @throws FoldError unless it is a number, with its place within the result */
export function checkNumber(
  value: Value | undefined,
  electron: number,
  expected = "a number",
  place?: string | number,
): void {
  if (typeof value === "number" && !Number.isNaN(value)) return;
  const error = new FoldError(`expected ${expected}, got ${shown(value)}`, electron);
  throw place === undefined ? error : error.within(place);
}

/** @throws FoldError with the first electron whose number is NaN */
export function checkAllNumbers(values: Float64Array, firstElectron: number, expected?: string): void {
  const bad = values.findIndex(Number.isNaN);
  if (bad >= 0) checkNumber(Number.NaN, firstElectron + bad, expected);
}

export function isNumberArray(value: Value): value is Value[] | TypedArray {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

export function isObject(value: Value): value is { [key: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** A result as an error message shows it. */
export function shown(value: Value | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null || typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return "a string";
  return Array.isArray(value) || ArrayBuffer.isView(value) ? "an array" : "an object";
}
