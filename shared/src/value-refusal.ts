/** Says why something cannot be sent, and what to send in its place. */

/** Why text with half of a surrogate pair cannot be sent. */
export const HALF_A_PAIR = "text with half of a surrogate pair cannot be sent; use toWellFormed()";

/** What to do with the commoner of the kinds that cannot be sent, by their tag. */
const ADVICE: Readonly<Record<string, string>> = {
  Map: "use an array of pairs",
  Set: "use an array",
  Date: "use its getTime() or toISOString()",
  BigInt: "use a number or a string",
  Promise: "await it",
  Error: "use its message",
  RegExp: "use its source",
  ArrayBuffer: "wrap it in a Uint8Array",
  SharedArrayBuffer: "wrap it in a Uint8Array",
  DataView: "use a Uint8Array",
  BigInt64Array: "use an array of strings",
  BigUint64Array: "use an array of strings",
  Float16Array: "use a Float32Array",
};

/** One sentence on a thing that cannot be sent: `a Map cannot be sent; use an array of pairs`. */
export function refusalOf(refused: unknown): string {
  if (typeof refused === "function") return "a function cannot be sent";
  if (typeof refused === "symbol") return "a symbol cannot be sent";
  const tag = Object.prototype.toString.call(refused).slice(8, -1);
  const advice = ADVICE[tag];
  if (advice !== undefined) return `${article(tag)} ${tag} cannot be sent; ${advice}`;
  return `an instance of ${classOf(refused) ?? tag} cannot be sent; use a plain object`;
}

function classOf(instance: unknown): string | undefined {
  const maker: unknown = (instance as { constructor?: unknown } | null)?.constructor;
  return typeof maker === "function" && maker.name !== "" ? maker.name.slice(0, 40) : undefined;
}

function article(noun: string): string {
  return /^[AEIOU]/.test(noun) ? "an" : "a";
}
