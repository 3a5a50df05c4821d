/** Colour, where a person looks and wants it. */

/** What a stream is to us; a pipe and a file have neither columns nor `isTTY`. */
export type Stream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
type Env = Readonly<Record<string, string | undefined>>;
export type Paint = (text: string) => string;
export type Style = { readonly [name in keyof typeof CODES]: Paint };

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;
const COLUMNS_DEFAULT = 80;

/** Plain for pipes, dumb terminals and those who set NO_COLOR (https://no-color.org). */
export function styleFor(stream: Stream, env: Env): Style {
  const coloured = isLively(stream, env) && !env.NO_COLOR;
  const paint = ([on, off]: readonly [number, number]): Paint =>
    coloured ? (text) => `\x1b[${on}m${text}\x1b[${off}m` : (text) => text;
  return {
    bold: paint(CODES.bold),
    dim: paint(CODES.dim),
    red: paint(CODES.red),
    green: paint(CODES.green),
    yellow: paint(CODES.yellow),
    cyan: paint(CODES.cyan),
  };
}

/** A terminal on which a line can be written over. */
export function isLively(stream: Stream, env: Env): boolean {
  return stream.isTTY === true && env.TERM !== "dumb";
}

export function columnsOf(stream: Stream): number {
  return stream.columns || COLUMNS_DEFAULT;
}
