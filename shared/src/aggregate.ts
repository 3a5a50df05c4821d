/** What reduces give that is neither a number nor of the results' own form, for programs that read it. Pure. */

/** What `"mean"` gives: sample variance and bounds of a 95 % interval are null for fewer than two numbers. */
export type Mean = {
  mean: number;
  variance: number | null;
  low: number | null;
  high: number | null;
  /** How many numbers. */
  n: number;
};

/** What `{"histogram": …}` gives: numbers by bin, and those below the first bin and from the end of the last one on. */
export type Histogram = { counts: number[]; under: number; over: number };

/**
 * The mean that an aggregate in the JSON form of values is; null where it is none: it has all the fields of a mean, and no other. A
 * variance or bound beyond all doubles is null in it, as one that is not known.
 */
export function meanIn(json: unknown): Mean | null {
  if (typeof json !== "object" || json === null) return null;
  const { mean, variance, low, high, n, ...others } = json as Record<string, unknown>;
  if (typeof mean !== "number" || typeof n !== "number" || Object.keys(others).length > 0) return null;
  if ([variance, low, high].includes(undefined)) return null;
  return { mean, variance: finite(variance), low: finite(low), high: finite(high), n };
}

function finite(json: unknown): number | null {
  return typeof json === "number" ? json : null;
}
