/**
 * What the command writes: answers on standard output, words about them on standard error. With `--json` standard output holds JSON
 * alone. Waits for a slow reader of either.
 */
import { once } from "node:events";
import { safeJson } from "@valence/shared/safe-text";
import { LiveLine } from "./live-line.js";
import { columnsOf, isLively, type Stream, type Style, styleFor } from "./style.js";
import { type Column, tableOf } from "./table.js";

export class Output {
  readonly json: boolean;
  readonly #stdout: Stream;
  readonly #stderr: Stream;
  readonly #env: Readonly<Record<string, string | undefined>>;
  #live: LiveLine | undefined;

  constructor(options: {
    json: boolean;
    stdout?: Stream;
    stderr?: Stream;
    env?: Readonly<Record<string, string | undefined>>;
  }) {
    this.json = options.json;
    this.#stdout = options.stdout ?? process.stdout;
    this.#stderr = options.stderr ?? process.stderr;
    this.#env = options.env ?? process.env;
  }

  /** Of standard output. */
  get style(): Style {
    return styleFor(this.#stdout, this.#env);
  }

  /** Of standard error. */
  get noteStyle(): Style {
    return styleFor(this.#stderr, this.#env);
  }

  /** Whether a person looks at standard output. */
  get isTerminal(): boolean {
    return isLively(this.#stdout, this.#env);
  }

  /** Lines of the answer; what is not ours in them must be safe. */
  async lines(...lines: readonly string[]): Promise<void> {
    await write(this.#stdout, lines.map((line) => `${line}\n`).join(""));
  }

  /** One line of JSON. */
  async record(value: unknown): Promise<void> {
    await write(this.#stdout, `${safeJson(value)}\n`);
  }

  async table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Promise<void> {
    const width = this.#stdout.isTTY === true ? columnsOf(this.#stdout) : Number.POSITIVE_INFINITY;
    await this.lines(...tableOf(rows, columns, { width, title: this.style.dim }));
  }

  /** A line for the person beside the answer. */
  note(text: string): void {
    this.#live?.clear();
    this.#stderr.write(`${text}\n`);
  }

  /** The line that shows how far something is; there is one. */
  live(): LiveLine {
    this.#live ??= new LiveLine(this.#stderr, { lively: isLively(this.#stderr, this.#env) });
    return this.#live;
  }
}

async function write(stream: Stream, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, "drain");
}
