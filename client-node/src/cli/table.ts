/** Aligned columns for lists. Cells are made safe here, so that no row can be more than a line. */
import { safeText } from "@valence/shared/safe-text";
import type { Paint } from "./style.js";
import { fitted, widthOf } from "./width.js";

export type Column<Row> = {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** For numbers. */
  readonly right?: boolean;
  /** Gives way when the terminal is narrow, down to so many columns. */
  readonly shrinkTo?: number;
  readonly paint?: (row: Row) => Paint;
};

const GAP = "  ";

/** Lines, the titles first; at most `columns` wide as far as shrinking goes, unlimited without it. */
export function tableOf<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { width = Number.POSITIVE_INFINITY, title = (text) => text }: { width?: number; title?: Paint } = {},
): string[] {
  const cells = rows.map((row) => columns.map(({ cell }) => safeText(cell(row))));
  const widths = columns.map(({ title }, i) => Math.max(widthOf(title), ...cells.map((row) => widthOf(row[i] ?? ""))));
  shrink(widths, columns, width);
  const line = (texts: readonly string[], paintOf: (i: number) => Paint): string => {
    const padded = texts.map((text, i) => {
      const cell = fitted(text, widths[i] ?? 0);
      const space = " ".repeat((widths[i] ?? 0) - widthOf(cell));
      const painted = paintOf(i)(cell);
      return columns[i]?.right === true ? space + painted : painted + space;
    });
    return padded.join(GAP).trimEnd();
  };
  const titles = columns.map((column) => column.title);
  const plain: Paint = (text) => text;
  const body = rows.map((row, r) => line(cells[r] ?? [], (i) => columns[i]?.paint?.(row) ?? plain));
  return [line(titles, () => title), ...body];
}

/** Takes from the widest that may give way until all fit or none may. */
function shrink(widths: number[], columns: readonly Column<never>[], width: number): void {
  const total = () => widths.reduce((sum, each) => sum + each, 0) + GAP.length * (widths.length - 1);
  while (total() > width) {
    const spare = widths.map((each, i) => each - (columns[i]?.shrinkTo ?? each));
    const most = Math.max(...spare);
    if (most <= 0) return;
    const at = spare.indexOf(most);
    widths[at] = (widths[at] ?? 0) - Math.min(most, Math.ceil(total() - width));
  }
}
