/** Medians and spread of a few runs. */

/** The middle of the numbers; of an even count the lower middle. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
}

/** Half the distance between the extremes, as a share of the median; 0 where all are the same, even if that is nothing. */
export function spread(numbers: readonly number[]): number {
  const range = Math.max(...numbers) - Math.min(...numbers);
  return range === 0 ? 0 : range / 2 / median(numbers);
}
