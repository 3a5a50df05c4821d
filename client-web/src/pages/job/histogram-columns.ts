/** Bins joined to as many columns as a page has room for, and what they go over. Pure. */
import { numberText } from "./number-text.js";
import type { Span } from "./result-view.js";

/** Neighbouring bins, from one to the last, counted from 1. */
export type Column = { readonly from: number; readonly to: number; readonly bins: number; readonly count: number };

/** The numbers over which all bins go, and how many those are; a span of null: the rule did not say. */
export type Scale = { readonly span: Span | null; readonly bins: number };

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

/** `0.25 to 0.3`, in the histogram's own numbers; else `bin 3`, `bins 3 to 4`. */
export function rangeText({ from, to }: Pick<Column, "from" | "to">, scale: Scale): string {
  if (scale.span) return `${edgeText(from - 1, scale)} to ${edgeText(to, scale)}`;
  return from === to ? `bin ${from}` : `bins ${from} to ${to}`;
}

/** Where the axis begins and ends. */
export function endTexts(scale: Scale): [first: string, last: string] {
  return scale.span ? [edgeText(0, scale), edgeText(scale.bins, scale)] : ["bin 1", `bin ${scale.bins}`];
}

/** Edge `i` of the bins, to two digits more than it takes to tell it from the next one. */
function edgeText(i: number, { span, bins }: Scale): string {
  const { from, to } = span ?? { from: 0, to: bins };
  const edge = from + ((to - from) * i) / bins;
  const decimals = 2 + Math.max(0, Math.ceil(-Math.log10((to - from) / bins)));
  return numberText(Number(decimals > 15 ? edge.toPrecision(6) : edge.toFixed(decimals)));
}
