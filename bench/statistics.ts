/** Medians and spread of a few runs. */

/** The middle of the numbers; of an even count the mean of both middles. NaN of none. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [lower, upper] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return lower === undefined || upper === undefined ? Number.NaN : (lower + upper) / 2;
}

/** Half the distance between the extremes. */
export function halfRange(numbers: readonly number[]): number {
  return (Math.max(...numbers) - Math.min(...numbers)) / 2;
}

/** Half the distance between the extremes as a share of the median's size; 0 where all are the same, null where it would be one of nothing. */
export function spread(numbers: readonly number[]): number | null {
  const half = halfRange(numbers);
  if (half === 0) return 0;
  const middle = Math.abs(median(numbers));
  return middle === 0 ? null : half / middle;
}
