import { count } from "@valence/shared/human";
import { safeText } from "@valence/shared/safe-text";
import { numberText } from "./number-text.js";
import type { Cell, Table } from "./result-view.js";

const CELL_LETTERS_MAX = 200;

/** Rows are numbered from 0, as the items of a job are. */
export function ResultTable({ table }: { table: Table }) {
  const { columns, rows, rowsTotal } = table;
  const keyed = columns[0] === "key";
  const left = rowsTotal - rows.length;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard */}
      <section class="table-scroll" tabIndex={0} aria-label="The result as a table">
        <table class="table">
          <thead>
            <tr>
              {!keyed && <th scope="col">#</th>}
              {columns.map((name, i) => (
                <th key={name} scope="col" class={alignmentOf(rows[0]?.[i])}>
                  {safeText(name) || "value"}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((cells, row) => (
              <tr key={row}>
                {!keyed && <td class="row-number">{count(row)}</td>}
                {cells.map((cell, i) => (
                  <td key={columns[i]} class={alignmentOf(cell)}>
                    {cellText(cell)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {left > 0 && (
        <p class="aside">
          The first {count(rows.length)} of {count(rowsTotal)} rows; {count(left)} are not shown.
        </p>
      )}
    </>
  );
}

function alignmentOf(cell: Cell | undefined): string {
  return typeof cell === "number" ? "number" : "stranger";
}

function cellText(cell: Cell): string {
  if (typeof cell === "number") return numberText(cell);
  const text = String(cell ?? "–");
  return text.length > CELL_LETTERS_MAX ? `${safeText(text.slice(0, CELL_LETTERS_MAX))}…` : safeText(text);
}
