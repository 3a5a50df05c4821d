/** A report's results, read and folded: neighbouring good ones become one row, each bad one a fault of its electron. */
import { GridError } from "@valence/shared/errors";
import { packMicros, packValues, unpackMicros, unpackValues } from "@valence/shared/pack";
import type { Part } from "@valence/shared/protocol/fields";
import type { Up } from "@valence/shared/protocol/up";
import { itemsOf } from "@valence/shared/shape";
import type { Span } from "@valence/shared/span";
import type { Value } from "@valence/shared/value";
import { encodeValue } from "@valence/shared/value-codec";
import type { Fault } from "./failures.js";
import type { Job } from "./job.js";
import { FoldError, type Reducer } from "./reduce/reducer.js";
import type { Lease } from "./state.js";

export type Piece =
  | { readonly type: "row"; readonly span: Span; readonly fold: unknown; readonly results: Uint8Array | null }
  | { readonly type: "fault"; readonly electron: number; readonly fault: Fault };

/** Throws `bad_message` when the packed columns are not what the report says. */
export function pieces(job: Job, lease: Lease, report: Extract<Up, { type: "report" }>): Piece[] {
  const columns = report.parts.map((part) => ({ part, values: readColumn(part) }));
  const reader = new PieceReader(job, lease.job.electrons?.chunk ?? 1, report.first);
  for (const { part, values } of columns) reader.read(part, values);
  return reader.close();
}

type Column = readonly Value[] | Float64Array;

class PieceReader {
  readonly #pieces: Piece[] = [];
  readonly #job: Job;
  readonly #chunk: number;
  #from: number;
  #next: number;
  #fold: unknown;
  #parts: Part[] = [];

  constructor(job: Job, chunk: number, first: number) {
    this.#job = job;
    this.#chunk = chunk;
    this.#from = first;
    this.#next = first;
    this.#fold = job.reducer?.empty();
  }

  read(part: Part, values: Column): void {
    const { reducer, spec } = this.#job;
    let begin = 0;
    for (let i = 0; i < values.length; i++) {
      const fault = this.#take(reducer, values[i] as Value);
      if (!fault) {
        this.#next += 1;
        continue;
      }
      if (spec.keep) this.#keep(part, values, begin, i);
      this.#cut();
      this.#pieces.push(fault);
      this.#next += 1;
      this.#from = this.#next;
      begin = i + 1;
    }
    if (spec.keep) this.#keep(part, values, begin, values.length);
  }

  close(): Piece[] {
    this.#cut();
    return this.#pieces;
  }

  #take(reducer: Reducer<unknown> | null, value: Value): Piece | null {
    const electron = this.#next;
    if (!reducer) return null;
    const { from, to } = itemsOf({ from: electron, to: electron + 1 }, this.#chunk, this.#job.spec.input.total);
    try {
      this.#fold = reducer.fold(this.#fold, { value, electron, items: to - from });
      return null;
    } catch (error) {
      if (error instanceof FoldError) return faultOf(electron, "bad_result", error.message);
      throw error;
    }
  }

  /** Keeps results `[begin, end)` of a part: as they came where that is all of it. */
  #keep(part: Part, values: Column, begin: number, end: number): void {
    if (begin === end) return;
    if (end - begin === values.length) {
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
    this.#fold = this.#job.reducer?.empty();
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
