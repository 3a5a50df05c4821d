/** What reduces give that is neither a number nor of the results' own form, for programs that read it. */

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
