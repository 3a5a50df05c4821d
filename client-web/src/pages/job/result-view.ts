/**
 * How an aggregate is to be shown, by what it looks like, and by the rule that made it where the looks do not say. Pure. Everything in
 * both comes from strangers, may be of any form and as large as a message: nothing here copies more than is shown.
 */
import { meanIn } from "@valence/shared/aggregate";
import { fromJson } from "@valence/shared/value-json";

export type Estimate = {
  readonly kind: "estimate";
  readonly mean: number;
  /** The 95 % interval; null while one result is too few for one, and where it goes beyond all doubles. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly variance: number | null;
  readonly n: number;
};
export type Histogram = {
  readonly kind: "histogram";
  readonly counts: readonly number[];
  readonly under: number;
  readonly over: number;
  /** What the bins go over; null when the rule does not say. */
  readonly span: Span | null;
};
export type Span = { readonly from: number; readonly to: number };
export type Cell = null | boolean | number | string;
export type Table = {
  readonly kind: "table";
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Of which `rows` are the first. */
  readonly rowsTotal: number;
};
export type ResultView =
  | { readonly kind: "nothing" }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | Estimate
  | Histogram
  | Table
  | { readonly kind: "fields"; readonly fields: readonly (readonly [string, ResultView])[] }
  | { readonly kind: "tree"; readonly value: unknown };

export const TABLE_ROWS_MAX = 200;
const COLUMNS_MAX = 12;
/** So many fields stand below each other, each as what it is. */
const FEW_FIELDS = 8;
/** More than these are a tree if they are no table. */
const FIELDS_MAX = 24;

/** `result` of a job, in the JSON form of values, and its `reduce`. */
export function resultView(result: unknown, rule: unknown): ResultView {
  return resultIn(result, { rule, nested: false });
}

type Place = { readonly rule: unknown; readonly nested: boolean };

function resultIn(result: unknown, place: Place): ResultView {
  const cell = cellOf(result);
  if (cell === null) return { kind: "nothing" };
  if (typeof cell === "number") return { kind: "number", value: cell };
  if (typeof cell === "string") return { kind: "text", value: cell };
  if (Array.isArray(result)) return tableOfList(result) ?? { kind: "tree", value: result };
  if (isObject(result)) return estimateOf(result) ?? histogramOf(result, place.rule) ?? ofObject(result, place);
  return { kind: "tree", value: result };
}

/** A value that fits into one cell; undefined for what does not. */
export function cellOf(json: unknown): Cell | undefined {
  if (json === null || ["boolean", "number", "string"].includes(typeof json)) return json as Cell;
  if (!isObject(json)) return undefined;
  if ("$num" in json) return numberOf(json);
  return "$bin" in json ? bytesText(json) : undefined;
}

function numberOf(json: object): Cell | undefined {
  try {
    return fromJson(json) as number;
  } catch {
    return undefined;
  }
}

/** `Float64Array of 128` */
function bytesText(json: object): Cell | undefined {
  const { $bin, $type = "Uint8Array" } = json as { $bin?: unknown; $type?: unknown };
  if (typeof $bin !== "string" || typeof $type !== "string") return undefined;
  const padding = $bin.endsWith("==") ? 2 : $bin.endsWith("=") ? 1 : 0;
  const bytes = ($bin.length / 4) * 3 - padding;
  const width = Number(/(\d+)(?:Clamped)?Array$/.exec($type)?.[1] ?? 8) / 8;
  return `${$type} of ${Math.floor(bytes / width)}`;
}

function estimateOf(json: object): Estimate | null {
  const found = meanIn(json);
  if (!found) return null;
  const { mean, variance, low, high, n } = found;
  const interval = low === null || high === null ? null : { low, high };
  return { kind: "estimate", mean, interval, variance, n };
}

function histogramOf(json: object, rule: unknown): Histogram | null {
  const { counts, under, over, ...rest } = json as Record<string, unknown>;
  if (!Array.isArray(counts) || counts.length === 0 || Object.keys(rest).length > 0) return null;
  const all = [...counts, under, over];
  if (!all.every((count) => typeof count === "number" && count >= 0)) return null;
  const span = spanOf(rule, counts.length);
  return { kind: "histogram", counts, under: under as number, over: over as number, span };
}

/** Of a rule that counts in as many bins. */
function spanOf(rule: unknown, bins: number): Span | null {
  const { from, to, bins: told } = (partOf(rule, "histogram") ?? {}) as Record<string, unknown>;
  if (typeof from !== "number" || typeof to !== "number" || told !== bins) return null;
  return Number.isFinite(to - from) && from < to ? { from, to } : null;
}

/** The rule for a field of the aggregate: its own, or that of each key. */
function ruleFor(rule: unknown, field: string): unknown {
  return partOf(rule, "each") ?? partOf(rule, field);
}

function partOf(rule: unknown, key: string): unknown {
  return isObject(rule) && Object.hasOwn(rule, key) ? (rule as Record<string, unknown>)[key] : undefined;
}

/** Numbers and texts below each other, or rows whose fields are such: those that begin the list decide. */
function tableOfList(list: readonly unknown[]): Table | null {
  if (list.length === 0) return null;
  const grid = gridOf(list.slice(0, TABLE_ROWS_MAX));
  return grid && { kind: "table", ...grid, rowsTotal: list.length };
}

type Grid = Pick<Table, "columns" | "rows">;

/** One column without a name for plain cells; else a column for each field that any row has. Null when a field is no cell. */
function gridOf(values: readonly unknown[]): Grid | null {
  const plain = values.map(cellOf);
  if (!plain.includes(undefined)) return { columns: [""], rows: plain.map((cell) => [cell as Cell]) };
  const names = new Set<string>();
  for (const value of values) {
    if (typeof value !== "object" || cellOf(value) !== undefined) return null;
    for (const name of Object.keys(value as object)) names.add(name);
    if (names.size > COLUMNS_MAX) return null;
  }
  const rows = values.map((value) =>
    [...names].map((name) => cellOf((value as Record<string, unknown>)[name] ?? null)),
  );
  if (rows.some((row) => row.includes(undefined))) return null;
  return { columns: [...names].map(nameOf), rows: rows as Cell[][] };
}

/** Few fields are shown each as what it is; many that are alike, such as an aggregate for each key, as a table. */
function ofObject(json: object, { rule, nested }: Place): ResultView {
  const names = Object.keys(json);
  const tree: ResultView = { kind: "tree", value: json };
  if (names.length === 0 || "$bin" in json || "$num" in json) return tree;
  const fields = json as Record<string, unknown>;
  if (names.length > FEW_FIELDS) {
    const table = tableOfFields(fields, names);
    if (table) return table;
  }
  if (nested || names.length > FIELDS_MAX) return tree;
  const fieldOf = (name: string) => resultIn(fields[name], { rule: ruleFor(rule, nameOf(name)), nested: true });
  return { kind: "fields", fields: names.map((name) => [nameOf(name), fieldOf(name)]) };
}

function tableOfFields(fields: Record<string, unknown>, names: readonly string[]): Table | null {
  const shown = names.slice(0, TABLE_ROWS_MAX);
  const grid = gridOf(shown.map((name) => fields[name]));
  if (!grid) return null;
  const columns = grid.columns.map((column) => column || "value");
  const rows = grid.rows.map((row, i) => [nameOf(shown[i] ?? ""), ...row]);
  return { kind: "table", columns: ["key", ...columns], rows, rowsTotal: names.length };
}

/** A field's own name `$num` or `$bin` has one more `$` in JSON. */
export function nameOf(key: string): string {
  return /^\$\$+(?:bin|num)$/.test(key) ? key.slice(1) : key;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
