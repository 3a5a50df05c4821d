import { count, short } from "@valence/shared/human";
import { type Column, columnsOf, rangeText } from "./histogram-columns.js";
import type { Histogram as Counts } from "./result-view.js";

const HEIGHT = 100;
const GAP = 0.15;

export function Histogram({ histogram }: { histogram: Counts }) {
  const { counts, under, over } = histogram;
  const columns = columnsOf(counts);
  const most = Math.max(1, ...columns.map((column) => column.count));
  const sum = counts.reduce((all, each) => all + each, under + over);
  const peak = columns.find((column) => column.count === most);
  const label = `Histogram of ${short(sum)} values in ${counts.length} bins${peak ? `; most of them in ${rangeText(peak)}` : ""}`;
  return (
    <figure class="histogram">
      <svg viewBox={`0 0 ${columns.length} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {columns.map((column) => (
          <Bar key={column.from} column={column} at={columns.indexOf(column)} most={most} />
        ))}
      </svg>
      <figcaption>
        <span>bin 1</span>
        <span>
          highest {count(most)}
          {columns.length < counts.length && `, ${columns[0]?.bins} bins a column`}
        </span>
        <span>bin {counts.length}</span>
      </figcaption>
      <p class="aside">
        {count(sum)} values, {count(under)} below the first bin and {count(over)} above the last
      </p>
    </figure>
  );
}

function Bar({ column, at, most }: { column: Column; at: number; most: number }) {
  const height = (HEIGHT * column.count) / most;
  return (
    <rect class="histogram-bar" x={at + GAP / 2} y={HEIGHT - height} width={1 - GAP} height={height}>
      <title>{`${rangeText(column)}: ${count(column.count)}`}</title>
    </rect>
  );
}
