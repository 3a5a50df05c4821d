/**
 * Lines into pages: NDJSON as it comes, in pieces cut anywhere, becomes pages of encoded elements. Holds one line and one page,
 * whatever the length of the upload. Knows no stream, no store and no thread.
 */
import { isUtf8 } from "node:buffer";
import { type ErrorCode, GridError, overLimit } from "@valence/shared/errors";
import {
  LEASE_ELECTRONS_MAX,
  PAYLOAD_BYTES_MAX,
  UPLOAD_BYTES_MAX,
  UPLOAD_LINE_BYTES_MAX,
  UPLOAD_LINES_MAX,
} from "@valence/shared/limits";
import { ValueError } from "@valence/shared/value";
import { fromJson, type Json } from "@valence/shared/value-json";
import { ValueWriter } from "@valence/shared/value-writer";
import type { UploadPage } from "../core/writes.js";

/** What an upload may have at most. Other than the usual ones: for tests. */
export type UploadLimits = { readonly bytesMax: number; readonly linesMax: number; readonly lineBytesMax: number };
export const UPLOAD_LIMITS: UploadLimits = {
  bytesMax: UPLOAD_BYTES_MAX,
  linesMax: UPLOAD_LINES_MAX,
  lineBytesMax: UPLOAD_LINE_BYTES_MAX,
};

/** A page is full once it has that many bytes; the element that fills it may go beyond. */
const PAGE_BYTES = 64 * 1024;
/** So a lease of short elements reads two pages at most. */
const PAGE_ELEMENTS_MAX = LEASE_ELECTRONS_MAX;

const NEWLINE = 0x0a;
/** A number that may be too large for a double, or text that looks like one: by its exponent, or by its digits. */
const MAY_BE_INFINITE = /\d[eE]\+?\d{3}|(?<!\d)\d{300}/;
const BYTE_ORDER_MARK = "\ufeff";

export type UploadSize = { readonly items: number; readonly bytes: number };

export class PageMaker {
  readonly #limits: UploadLimits;
  readonly #writer = new ValueWriter();
  readonly #lengths = new Uint16Array(PAGE_ELEMENTS_MAX);
  /** The beginning of a line whose end has not come. */
  readonly #rest: Uint8Array;
  #restLength = 0;
  #full: UploadPage[] = [];
  /** Elements of the page that is being filled, and of all before. */
  #inPage = 0;
  #items = 0;
  #bytes = 0;
  #lines = 0;
  /** The first of the empty lines that were seen last: they may only end the upload. */
  #emptyLine: number | null = null;

  constructor(limits: UploadLimits = UPLOAD_LIMITS) {
    this.#limits = limits;
    this.#rest = new Uint8Array(limits.lineBytesMax + 1); // and the first half of its end, where that is CRLF
    this.#writer.start();
  }

  /**
   * Takes the next bytes, and gives the pages that they have filled.
   *
   * @throws GridError `bad_json`, `value_invalid`, `payload_too_large` or `list_too_long` with the number of the line, or
   *   `body_too_large`; nothing more can be added then
   */
  add(chunk: Uint8Array): UploadPage[] {
    this.#bytes += chunk.length;
    const { bytesMax } = this.#limits;
    if (this.#bytes > bytesMax) {
      throw overLimit("body_too_large", "The upload has more bytes", { limit: "UPLOAD_BYTES_MAX", max: bytesMax });
    }
    const first = chunk.indexOf(NEWLINE);
    const begun = this.#restLength > 0 && first >= 0;
    if (begun) {
      this.#keep(chunk.subarray(0, first));
      this.#takeRest();
    }
    const from = begun ? first + 1 : 0;
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > from) this.#takeLines(chunk.subarray(from, end - 1));
    this.#keep(chunk.subarray(Math.max(from, end)));
    return this.#takeFull();
  }

  /** No more comes: the last pages, and the size of it all. @throws GridError as `add`, and `empty_input` */
  end(): UploadSize & { readonly pages: UploadPage[] } {
    if (this.#restLength > 0) this.#takeRest();
    if (this.#items === 0) throw new GridError("empty_input", "The upload has no line.");
    if (this.#inPage > 0) this.#fillPage();
    return { pages: this.#takeFull(), items: this.#items, bytes: this.#bytes };
  }

  #takeFull(): UploadPage[] {
    const full = this.#full;
    this.#full = [];
    return full;
  }

  #keep(bytes: Uint8Array): void {
    if (this.#restLength + bytes.length > this.#rest.length) throw this.#lineTooLong(this.#lines + 1);
    this.#rest.set(bytes, this.#restLength);
    this.#restLength += bytes.length;
  }

  #takeRest(): void {
    const bytes = this.#rest.subarray(0, this.#restLength);
    this.#restLength = 0;
    this.#takeLines(bytes);
  }

  /** Whole lines, the last one without its end. Decoded together: a call for each would take as long as its JSON. */
  #takeLines(bytes: Uint8Array): void {
    if (!isUtf8(bytes)) this.#refuseBytes(bytes);
    let text = textOf(bytes);
    if (this.#lines === 0 && text.startsWith(BYTE_ORDER_MARK)) text = text.slice(1);
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      this.#takeLine(text.slice(from, end));
      from = end + 1;
    }
    this.#takeLine(text.slice(from));
  }

  #takeLine(text: string): void {
    const line = ++this.#lines;
    const { lineBytesMax, linesMax } = this.#limits;
    if (text.length * 3 > lineBytesMax && bytesWithoutEnd(text) > lineBytesMax) throw this.#lineTooLong(line);
    const json = this.#parse(text, line);
    if (json === undefined) return;
    if (this.#items === linesMax) {
      throw overLimit("list_too_long", "The upload has more lines", { limit: "UPLOAD_LINES_MAX", max: linesMax, line });
    }
    this.#put(json, text, line);
  }

  /** Undefined for an empty line, if it is none between others. */
  #parse(text: string, line: number): Json | undefined {
    try {
      const json = JSON.parse(text);
      if (this.#emptyLine !== null) throw broken("bad_json", this.#emptyLine, "is empty, and is not the last one");
      return json;
    } catch (cause) {
      if (cause instanceof GridError) throw cause;
      if (text.trim() !== "") throw broken("bad_json", line, `is not JSON: ${String(cause)}`);
      this.#emptyLine ??= line;
      return undefined;
    }
  }

  #put(json: Json, text: string, line: number): void {
    const before = this.#writer.length;
    try {
      // Most lines have none of the forms in which JSON says more than JSON, and then need not be copied to be read so.
      const plain = !text.includes("$") && !text.includes("\\u") && !MAY_BE_INFINITE.test(text);
      this.#writer.write(plain ? json : fromJson(json));
    } catch (cause) {
      if (!(cause instanceof ValueError)) throw cause;
      throw broken("value_invalid", line, `is no value: ${cause.at("value").message}`);
    }
    const length = this.#writer.length - before;
    if (length > PAYLOAD_BYTES_MAX) {
      const details = { limit: "PAYLOAD_BYTES_MAX", max: PAYLOAD_BYTES_MAX, actual: length, line };
      throw overLimit("payload_too_large", `Line ${line} is encoded in ${length} bytes`, details);
    }
    this.#lengths[this.#inPage++] = length - 1;
    this.#items += 1;
    if (this.#inPage === PAGE_ELEMENTS_MAX || this.#writer.length >= PAGE_BYTES) this.#fillPage();
  }

  #fillPage(): void {
    const elements = this.#writer.take();
    const sizes = new Uint8Array(2 * this.#inPage);
    const view = new DataView(sizes.buffer);
    for (let i = 0; i < this.#inPage; i++) view.setUint16(2 * i, this.#lengths[i] as number, true); // within the page
    this.#full.push({ first: this.#items - this.#inPage, elements, sizes });
    this.#inPage = 0;
    this.#writer.start();
  }

  /** Finds the line that is not UTF-8. */
  #refuseBytes(bytes: Uint8Array): never {
    let from = 0;
    for (let line = this.#lines + 1; ; line++) {
      const end = bytes.indexOf(NEWLINE, from);
      if (end < 0 || !isUtf8(bytes.subarray(from, end))) throw broken("bad_json", line, "is not UTF-8");
      from = end + 1;
    }
  }

  #lineTooLong(line: number): GridError {
    const details = { limit: "UPLOAD_LINE_BYTES_MAX", max: this.#limits.lineBytesMax, line };
    return overLimit("payload_too_large", `Line ${line} has more bytes`, details);
  }
}

/** Of a line whose end may begin with a carriage return. */
function bytesWithoutEnd(text: string): number {
  return Buffer.byteLength(text) - (text.endsWith("\r") ? 1 : 0);
}

function textOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("utf8");
}

function broken(code: ErrorCode, line: number, why: string): GridError {
  return new GridError(code, `Line ${line} ${why}.`, { details: { line } });
}
