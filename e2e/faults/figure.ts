/** What is measured of misfortunes, and how it is told: one row for each figure, with what was to be reached. */

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
  const [p50, p99] = [percentile(samplesMs, 0.5), percentile(samplesMs, 0.99)];
  const many = samplesMs.length >= MANY;
  const high = many ? `p99 ${told(p99)}` : `worst ${told(percentile(samplesMs, 1))}`;
  const reached = many ? p99 : percentile(samplesMs, 1);
  return {
    what,
    measured: `p50 ${told(p50)}, ${high}, of ${samplesMs.length}`,
    target: `≤ ${told(targetMs)}`,
    ok: reached <= targetMs,
  };
}

/** The smallest sample that at least that share of all does not exceed; NaN of none. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function tableOf(rows: readonly Row[]): string {
  const lines = [{ what: "what", measured: "measured", target: "target", ok: null }, ...rows].map((row) => [
    row.what,
    row.measured,
    row.target,
    row.ok === null ? "" : row.ok ? "ok" : "NOT REACHED",
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function told(ms: number): string {
  return ms < 1_000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}
