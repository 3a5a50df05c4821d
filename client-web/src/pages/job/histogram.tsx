import { count, short } from "@valence/shared/human";
import { type Column, columnsOf, endTexts, rangeText, type Scale } from "./histogram-columns.js";
import type { Histogram as Counts } from "./result-view.js";

const HEIGHT = 100;
const GAP = 0.15;

export function Histogram({ histogram }: { histogram: Counts }) {
  const { counts, under, over, span } = histogram;
  const scale: Scale = { span, bins: counts.length };
  const [first, last] = endTexts(scale);
  const columns = columnsOf(counts);
  const most = Math.max(1, ...columns.map((column) => column.count));
  const sum = counts.reduce((all, each) => all + each, under + over);
  const peak = columns.find((column) => column.count === most);
  const label = `Histogram of ${short(sum)} values in ${counts.length} bins, ${first} to ${last}${peak ? `; most of them in ${rangeText(peak, scale)}` : ""}`;
  return (
    <figure class="histogram">
      <svg viewBox={`0 0 ${columns.length} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {columns.map((column) => (
          <Bar key={column.from} column={column} at={columns.indexOf(column)} most={most} scale={scale} />
        ))}
      </svg>
      <figcaption>
        <span>{first}</span>
        <span>
          highest {count(most)}
          {columns.length < counts.length && `, ${columns[0]?.bins} bins a column`}
        </span>
        <span>{last}</span>
      </figcaption>
      <p class="aside">
        {count(sum)} values, {count(under)} below {span ? first : "the first bin"} and {count(over)}{" "}
        {span ? `from ${last} on` : "above the last"}
      </p>
    </figure>
  );
}

type BarProps = { readonly column: Column; readonly at: number; readonly most: number; readonly scale: Scale };

function Bar({ column, at, most, scale }: BarProps) {
  const height = (HEIGHT * column.count) / most;
  return (
    <rect class="histogram-bar" x={at + GAP / 2} y={HEIGHT - height} width={1 - GAP} height={height}>
      <title>{`${rangeText(column, scale)}: ${count(column.count)}`}</title>
    </rect>
  );
}
