/** A report's results, read and folded: neighbouring good ones become one row, each bad one a fault of its electron. */
import { GridError } from "@valence/shared/errors";
import { packMicros, packValues, unpackMicros, unpackValues } from "@valence/shared/pack";
import type { Part } from "@valence/shared/protocol/fields";
import type { Up } from "@valence/shared/protocol/up";
import type { Span } from "@valence/shared/span";
import type { Value } from "@valence/shared/value";
import { encodeValue } from "@valence/shared/value-codec";
import type { Fault } from "./failures.js";
import type { Job } from "./job.js";
import { FoldError } from "./reduce/reducer.js";

export type Piece =
  | { readonly type: "row"; readonly span: Span; readonly fold: unknown; readonly results: Uint8Array | null }
  | { readonly type: "fault"; readonly electron: number; readonly fault: Fault };

/** Of electrons below `to`; throws `bad_message` when the packed columns are not what the report says. */
export function pieces(job: Job, report: Extract<Up, { type: "report" }>, to: number): Piece[] {
  const columns = report.parts.map((part) => ({ part, values: readColumn(part) }));
  const reader = new PieceReader(job, report.first, to);
  for (const { part, values } of columns) reader.read(part, values);
  return reader.close();
}

type Column = readonly Value[] | Float64Array;

class PieceReader {
  readonly #pieces: Piece[] = [];
  readonly #job: Job;
  readonly #to: number;
  #from: number;
  #next: number;
  #fold: unknown;
  #parts: Part[] = [];

  constructor(job: Job, first: number, to: number) {
    this.#job = job;
    this.#to = to;
    this.#from = first;
    this.#next = first;
    this.#fold = job.reducer?.empty();
  }

  read(part: Part, whole: Column): void {
    const values = this.#next + whole.length > this.#to ? whole.slice(0, Math.max(0, this.#to - this.#next)) : whole;
    for (let begin = 0; begin < values.length; ) {
      const { end, fault } = this.#take(values, begin);
      if (this.#job.spec.keep) this.#keep(part, values, begin, end);
      this.#next += end - begin;
      begin = end + 1;
      if (!fault) return;
      this.#cut();
      this.#pieces.push(fault);
      this.#next += 1;
      this.#from = this.#next;
      this.#fold = this.#job.reducer?.empty();
    }
  }

  close(): Piece[] {
    this.#cut();
    return this.#pieces;
  }

  /** Folds results from `begin` on: up to the first that cannot be folded, or to the end. */
  #take(values: Column, begin: number): { end: number; fault: Piece | null } {
    const { reducer } = this.#job;
    const whole = { end: values.length, fault: null };
    if (!reducer) return whole;
    const first = this.#next;
    try {
      if (values instanceof Float64Array && reducer.foldNumbers) {
        this.#fold = reducer.foldNumbers(this.#fold, values.subarray(begin), first);
      } else {
        for (let i = begin; i < values.length; i++) {
          this.#fold = reducer.fold(this.#fold, { value: values[i] as Value, electron: first + i - begin });
        }
      }
      return whole;
    } catch (error) {
      if (!(error instanceof FoldError)) throw error;
      const end = begin + error.electron - first;
      if (values instanceof Float64Array && reducer.foldNumbers) {
        this.#fold = reducer.foldNumbers(this.#fold, values.subarray(begin, end), first); // all or none: so far none
      }
      return { end, fault: faultOf(error.electron, "bad_result", error.message) };
    }
  }

  /** Keeps results `[begin, end)` of a part: as they came where that is all of it. */
  #keep(part: Part, values: Column, begin: number, end: number): void {
    if (begin === end) return;
    if (end - begin === part.count) {
      this.#parts.push(part);
      return;
    }
    const micros = unpackMicros(part.micros, part.count).subarray(begin, end);
    this.#parts.push({
      count: end - begin,
      micros: packMicros([...micros]),
      values: packValues([...values.slice(begin, end)]),
    });
  }

  /** Ends the row of good results before the next electron. */
  #cut(): void {
    if (this.#from < this.#next) {
      const results = this.#job.spec.keep ? packParts(this.#parts) : null;
      this.#pieces.push({ type: "row", span: { from: this.#from, to: this.#next }, fold: this.#fold, results });
    }
    this.#parts = [];
  }
}

/** The kept results of a row, as they came: `[count, micros, values]` for each part. */
function packParts(parts: readonly Part[]): Uint8Array {
  return encodeValue(parts.map(({ count, micros, values }) => [count, micros, values]));
}

function readColumn(part: Part): Column {
  try {
    if (part.micros.length !== 4 * part.count) throw new Error("the durations are not as many as the results");
    return unpackValues(part.values, part.count);
  } catch (cause) {
    throw new GridError("bad_message", `a report does not decode: ${cause instanceof Error ? cause.message : ""}`, {
      cause,
    });
  }
}

function faultOf(electron: number, code: Fault["code"], message: string): Piece {
  return { type: "fault", electron, fault: { code, message, stack: null, retryable: true, retryAfterMs: null } };
}
