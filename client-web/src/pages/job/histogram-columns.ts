/** Bins joined to as many columns as a page has room for. Pure. */

/** Neighbouring bins, from one to the last, counted from 1. */
export type Column = { readonly from: number; readonly to: number; readonly bins: number; readonly count: number };

const COLUMNS_MAX = 96;

/** Each column has the same number of bins, but for the last one. */
export function columnsOf(counts: readonly number[]): Column[] {
  const bins = Math.ceil(counts.length / COLUMNS_MAX);
  return Array.from({ length: Math.ceil(counts.length / bins) }, (_, i) => {
    const joined = counts.slice(i * bins, (i + 1) * bins);
    const count = joined.reduce((sum, each) => sum + each, 0);
    return { from: i * bins + 1, to: i * bins + joined.length, bins: joined.length, count };
  });
}

export function rangeText({ from, to }: Pick<Column, "from" | "to">): string {
  return from === to ? `bin ${from}` : `bins ${from} to ${to}`;
}
