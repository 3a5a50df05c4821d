/**
 * One line per event, on one stream: JSON by pino for machines, else a short line for people. Fields may hold what strangers
 * wrote, so a text line escapes whatever could move a terminal's cursor, end the line or reorder it.
 */
import pino from "pino";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Beside the event's name; an `Error` is written with its stack. */
export type Fields = Readonly<Record<string, unknown>>;
export type Log = { readonly [level in LogLevel]: (event: string, fields?: Fields) => void };

type Sink = { write(line: string): unknown };

/** Writes to standard error unless told otherwise: standard output is for the one line that says where the grid is. */
export function logger(options: { json: boolean; level: LogLevel; to?: Sink }): Log {
  const to = options.to ?? process.stderr;
  return options.json ? jsonLog(options.level, to) : textLog(options.level, to);
}

function jsonLog(level: LogLevel, to: Sink): Log {
  const settings = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: pino.stdSerializers.err },
  };
  const lines = pino(settings, { write: (line) => void to.write(line) });
  return byLevel((at, event, fields) => lines[at]({ event, ...fields }));
}

function textLog(level: LogLevel, to: Sink): Log {
  const least = LOG_LEVELS.indexOf(level);
  return byLevel((at, event, fields) => {
    if (LOG_LEVELS.indexOf(at) < least) return;
    const pairs = Object.entries(fields).map(([key, value]) => ` ${escaped(key)}=${textOf(value)}`);
    to.write(`${new Date().toISOString()} ${at.padEnd(5)} ${escaped(event)}${pairs.join("")}\n`);
  });
}

function byLevel(write: (level: LogLevel, event: string, fields: Fields) => void): Log {
  return {
    debug: (event, fields = {}) => write("debug", event, fields),
    info: (event, fields = {}) => write("info", event, fields),
    warn: (event, fields = {}) => write("warn", event, fields),
    error: (event, fields = {}) => write("error", event, fields),
  };
}

/** A word stays bare; anything else is quoted as in JSON. */
function textOf(value: unknown): string {
  if (value instanceof Error) return escaped(JSON.stringify(value.stack ?? String(value)));
  if (typeof value === "string") return /^[\w.:/@+-]+$/.test(value) ? value : escaped(JSON.stringify(value));
  return escaped(JSON.stringify(value) ?? "undefined");
}

/** Control characters (C0, DEL, C1), line separators, and what reorders text or cannot be seen in it. */
function escaped(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (letter) => `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`);
}
