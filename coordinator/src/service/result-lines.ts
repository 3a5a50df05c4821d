/**
 * Kept results as lines of JSON, written as text at once. A line made as an object, with two dates, and then stringified takes
 * two to three times as long, and leaves four times as much to collect.
 */
import { unpackMicros, unpackValues } from "@valence/shared/pack";
import type { Value } from "@valence/shared/value";
import { decodeValue } from "@valence/shared/value-codec";
import { toJson } from "@valence/shared/value-json";
import type { ResultRow } from "../store/store.js";
import { iso, shortIdentity } from "./views.js";

/** Lines gather to about this many characters. */
const TEXT_LENGTH = 64 * 1024;

/** A row, and which of its electrons are wanted. */
export type Wanted = {
  readonly row: ResultRow;
  readonly from: number;
  readonly to: number;
  /** Of a line: this, and its electron. */
  readonly cursor: string;
};

/** The properties of electrons, a line for each, as texts of whole lines. */
export function* textsOf(rows: Iterable<Wanted>, job: { atom: string; chunk: number }): Generator<string> {
  const atom = `,"atom":${JSON.stringify(job.atom)},"start":"`;
  let text = "";
  for (const { row, from, to, cursor } of rows) {
    const tail = `,"volunteer":"${shortIdentity(row.identity)}","cursor":"${cursor}`;
    for (const { electron, start, end, value } of electronsOf(row)) {
      if (electron < from || electron >= to) continue;
      text += `{"electron":${electron},"item":${electron * job.chunk}${atom}${start}","end":"${end}","outcome":"done"`;
      text += `,"result":${jsonOf(value)}${tail}${electron}"}\n`;
      if (text.length < TEXT_LENGTH) continue;
      yield text;
      text = "";
    }
  }
  if (text !== "") yield text;
}

type Electron = { electron: number; start: string; end: string; value: Value };

/**
 * The electrons of a row, in order: one object, filled anew for each. Times are the coordinator's: the row came at `at`, and
 * each electron took what its worker measured.
 */
function* electronsOf({ results, span, at }: ResultRow): Generator<Electron> {
  const parts = decodeValue(results) as [number, Uint8Array, Uint8Array][]; // packed by the core
  const columns = parts.map(([count, micros, values]) => {
    return { micros: unpackMicros(micros, count), values: unpackValues(values, count) };
  });
  const clock = new IsoClock();
  let micros = 1_000 * at - columns.reduce((sum, column) => column.micros.reduce((a, b) => a + b, sum), 0);
  const each: Electron = { electron: span.from - 1, start: "", end: clock.read(micros), value: null };
  for (const column of columns) {
    for (let i = 0; i < column.values.length; i++) {
      micros += column.micros[i] as number; // As many as there are values.
      each.electron += 1;
      each.start = each.end;
      each.end = clock.read(micros);
      each.value = column.values[i] as Value;
      yield each;
    }
  }
}

/** Most neighbours end within one millisecond: its text is made once. */
class IsoClock {
  #ms = Number.NaN;
  #text = "";

  /** @param micros since 1970 */
  read(micros: number): string {
    const ms = Math.floor(micros / 1_000);
    if (ms !== this.#ms) this.#text = iso(ms);
    this.#ms = ms;
    return this.#text;
  }
}

/** As `JSON.stringify(toJson(value))`, which takes three times as long for a plain number. */
function jsonOf(value: Value): string {
  if (typeof value === "number" && Number.isFinite(value) && !Object.is(value, -0)) return String(value);
  return JSON.stringify(toJson(value));
}
