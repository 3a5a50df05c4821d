/** A job's aggregate as people read it: in full at the end, and in a few letters while it grows. Results are strangers' text. */
import { type Mean, meanIn } from "@valence/shared/aggregate";
import { count, knownDigits, plusMinus, short } from "@valence/shared/human";
import { safeJson, safeText } from "@valence/shared/safe-text";
import { widthOf } from "./width.js";

/** Values stand below each other behind keys of up to that many columns: one long key must not pad a hundred thousand others. */
const KEY_COLUMNS_MAX = 24;

/** A number alone on its line, a mean with its interval, the fields of an object below each other, anything else as JSON. */
export function answerLines(result: unknown): string[] {
  if (isFields(result)) return fieldLines(result);
  return [answerText(result)];
}

/** The mean, or the first mean or number among the fields; empty when there is none. */
export function estimateText(result: unknown): string {
  const mean = meanIn(result);
  if (mean) return meanText(mean);
  if (typeof result === "number") return shortNumber(result);
  if (!isFields(result)) return "";
  const fields = Object.entries(result);
  const [name, value] =
    fields.find(([, value]) => meanIn(value)) ?? fields.find(([, value]) => typeof value === "number") ?? [];
  return name === undefined ? "" : `${safeText(name)} ${estimateText(value)}`;
}

function answerText(result: unknown): string {
  const mean = meanIn(result);
  if (mean) return intervalText(mean);
  if (typeof result === "string") return safeText(result);
  return safeJson(result);
}

function intervalText(mean: Mean): string {
  const { low, high, n } = mean;
  if (low === null || high === null) return `${mean.mean}  (n ${count(n)})`;
  if (!(high > low)) return `${mean.mean}  (n ${count(n)})`;
  const [from, to] = [low, high].map((bound) => knownDigits(bound, (high - low) / 2));
  return `${meanText(mean)}  (95 % interval ${from} to ${to}, n ${count(n)})`;
}

function meanText({ mean, low, high }: Mean): string {
  return low === null || high === null ? shortNumber(mean) : plusMinus(mean, (high - low) / 2);
}

function shortNumber(n: number): string {
  return Number.isInteger(n) && Math.abs(n) >= 1e6 ? short(n) : String(Number(n.toPrecision(8)));
}

function fieldLines(fields: object): string[] {
  const rows = Object.entries(fields).map(([name, value]) => [safeText(name), answerText(value)] as const);
  const widest = rows.reduce((most, [name]) => Math.max(most, widthOf(name)), 0); // keys may be too many for arguments
  const width = Math.min(widest, KEY_COLUMNS_MAX);
  return rows.map(([name, value]) => `${name}${" ".repeat(Math.max(0, width - widthOf(name)))}  ${value}`);
}

/** An object by fields, and not one that stands for bytes or a number. */
function isFields(result: unknown): result is Record<string, unknown> {
  if (typeof result !== "object" || result === null || Array.isArray(result) || meanIn(result)) return false;
  return Object.keys(result).length > 0 && !("$bin" in result) && !("$num" in result);
}
