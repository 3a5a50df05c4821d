/** Numbers as people type them: `1e9`, `1_000_000`, `0..1e9`, `x=0..1/0.1,y=1,2,3`. Pure. */
import type { AxisInput } from "../sdk/submission.js";
import { UsageError } from "./exit-code.js";

const NUMBER = /^[+-]?(\d+(_\d+)*(\.\d*(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+)?$/i;

/** A finite number. `what` begins the sentence that refuses another text. */
export function parseNumber(text: string, what: string): number {
  const value = NUMBER.test(text) ? Number(text.replaceAll("_", "")) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new UsageError(`${what} is ${quoted(text)}, which is not a number; write 1000, 1_000 or 1e3.`);
}

/** A whole number within bounds. */
export function parseWhole(
  text: string,
  what: string,
  { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {},
): number {
  const value = parseNumber(text, what);
  if (!Number.isSafeInteger(value))
    throw new UsageError(`${what} is ${quoted(text)}, which is not a whole number below 2^53.`);
  if (value < min) throw new UsageError(`${what} is ${quoted(text)}; it must be at least ${min}.`);
  if (value > max) throw new UsageError(`${what} is ${quoted(text)}; it must be at most ${max}.`);
  return value;
}

/** `from..to`, of which `to` is not part. */
export function parseRange(text: string): { from: number; to: number } {
  const [from, to, ...more] = text.split("..");
  if (from === undefined || to === undefined || more.length > 0) {
    throw new UsageError(`--range is ${quoted(text)}; write it as 0..1e9, the end not included.`);
  }
  const range = { from: parseWhole(from, "The start of --range"), to: parseWhole(to, "The end of --range") };
  if (range.to <= range.from) {
    throw new UsageError(`--range ${text} is empty: its end is not included and must be above its start.`);
  }
  return range;
}

/** A whole number, or `auto`. */
export function parseChunk(text: string): number | "auto" {
  return text === "auto" ? text : parseWhole(text, "--chunk", { min: 1 });
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** How long a job may take, `90min`, in milliseconds; or until when, a time in ISO 8601 as it is. */
export function parseDeadline(text: string): number | string {
  const [, amount = "", unit = ""] = /^(.*?)(s|min|h|d)$/.exec(text) ?? [];
  if (NUMBER.test(amount)) return Math.round(parseNumber(amount, "--deadline") * (UNITS_MS[unit] ?? 1));
  if (/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new UsageError(`--deadline is ${quoted(text)}; write 90min, 12h, 3d, or a time such as 2027-01-31T12:00:00Z.`);
}

/** So that a slip such as `x=1,2;y=3` is no axis of its own. */
const AXIS_NAME = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u;

/** Axes: `x=0..1/0.1` (a step of 1 when it is left out) or `y=1,2,3`; the last one runs fastest. */
export function parseAxes(text: string): Record<string, AxisInput> {
  const axes = new Map<string, AxisInput>();
  for (const piece of text.split(/,(?=[^,=]*=)/)) {
    const [, name, values] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(piece) ?? [];
    if (name === undefined || values === undefined || !AXIS_NAME.test(name)) {
      throw new UsageError(
        `--grid has ${quoted(piece)}; write axes as x=0..1/0.1,y=1,2,3, other names in a JSON object.`,
      );
    }
    if (axes.has(name)) throw new UsageError(`--grid has the axis ${name} twice.`);
    axes.set(name, axisOf(name, values.trim()));
  }
  return Object.fromEntries(axes);
}

function axisOf(name: string, text: string): AxisInput {
  const what = `The axis ${name} of --grid`;
  if (!text.includes(".."))
    return text.split(",").map((each) => parseNumber(each.trim(), `A value of the axis ${name}`));
  const [, from, to, step = "1"] = /^(.*?)\.\.([^/]*)(?:\/(.*))?$/s.exec(text) ?? [];
  if (from === undefined || to === undefined) throw new UsageError(`${what} is ${quoted(text)}; write it as 0..1/0.1.`);
  return {
    from: parseNumber(from, what),
    to: parseNumber(to, what),
    step: parseNumber(step, `The step of axis ${name}`),
  };
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
