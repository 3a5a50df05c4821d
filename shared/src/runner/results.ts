/** The results of neighbouring electrons while they are collected: a column of numbers as long as they are nothing else. */
import { RESULT_BYTES_MAX } from "../limits.js";
import { packEncoded, packNumbers } from "../pack.js";
import type { Failure } from "../protocol/fields.js";
import { ValueError } from "../value.js";
import { encodeValue } from "../value-codec.js";

const NUMBER_BYTES = 8;
/** What `encodeValue` says over its limit; a test stands one byte past it. */
const TOO_LARGE = `it takes more than ${RESULT_BYTES_MAX} bytes`;

/** A result that cannot be sent, with the code of the failure that it is. */
export class ResultRefused extends Error {
  readonly code: Failure["code"];

  constructor(error: ValueError) {
    super(error.message, { cause: error });
    this.code = error.reason === TOO_LARGE ? "result_too_large" : "not_encodable";
  }
}

/** At most `countMax` results between two `take`s; the bytes of `take` are a copy of the caller's own. */
export class Results {
  /** Allocated once: `take` copies what it gives away. */
  readonly #numbers: Float64Array;
  /** Encoded values, once one of them was no number. */
  #encoded: Uint8Array[] | null = null;
  #count = 0;
  #bytes = 0;

  constructor(countMax: number) {
    this.#numbers = new Float64Array(countMax);
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds one result; at most `countMax` between two `take`s. @throws ResultRefused when it cannot be sent */
  add(value: unknown): void {
    if (typeof value === "number" && this.#encoded === null) {
      this.#numbers[this.#count] = value;
      this.#bytes += NUMBER_BYTES;
    } else {
      const bytes = encodedResult(value);
      this.#encoded ??= Array.from(this.#numbers.subarray(0, this.#count), (number) => encodeValue(number));
      this.#encoded.push(bytes);
      this.#bytes += bytes.length;
    }
    this.#count++;
  }

  /** The column of all that was added, as `packValues` makes it; begins anew. */
  take(): Uint8Array {
    const encoded = this.#encoded;
    const column = encoded ? packEncoded(encoded) : packNumbers(this.#numbers.subarray(0, this.#count));
    this.#encoded = null;
    this.#count = 0;
    this.#bytes = 0;
    return column;
  }
}

function encodedResult(value: unknown): Uint8Array {
  try {
    return encodeValue(value, { bytesMax: RESULT_BYTES_MAX });
  } catch (error) {
    throw error instanceof ValueError ? new ResultRefused(error) : error;
  }
}
