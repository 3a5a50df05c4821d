/** What is measured of misfortunes, and how it is told: one row for each figure, with what was to be reached. */
import { quantile } from "../quantile.js";
import { textTable } from "../text-table.js";

/** Times of one kind, in milliseconds, which are to be at most `targetMs`: the worst of a few, the 99th percentile of many. */
export type Figure = { readonly what: string; readonly targetMs: number; readonly samplesMs: readonly number[] };

export type Row = {
  readonly what: string;
  readonly measured: string;
  readonly target: string;
  readonly ok: boolean;
};

/** From so many samples on one in a hundred may be worse. */
const MANY = 100;

export function rowOf({ what, targetMs, samplesMs }: Figure): Row {
  const [p50, p99] = [quantile(samplesMs, 0.5), quantile(samplesMs, 0.99)];
  const many = samplesMs.length >= MANY;
  const high = many ? `p99 ${told(p99)}` : `worst ${told(quantile(samplesMs, 1))}`;
  const reached = many ? p99 : quantile(samplesMs, 1);
  return {
    what,
    measured: `p50 ${told(p50)}, ${high}, of ${samplesMs.length}`,
    target: `≤ ${told(targetMs)}`,
    ok: reached <= targetMs,
  };
}

export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ what, measured, target, ok }) => [what, measured, target, ok ? "ok" : "NOT REACHED"]);
  return textTable([["what", "measured", "target", ""], ...lines]).join("\n");
}

function told(ms: number): string {
  return ms < 1_000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}
