import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { LiveLine } from "./live-line.js";
import { styleFor } from "./style.js";

/** A terminal of 20 columns that remembers what was written. */
class Terminal extends Writable {
  readonly isTTY = true;
  readonly columns = 20;
  written = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written += chunk;
    done();
  }
}

let now = 0;
const line = (terminal: Terminal, lively: boolean) => new LiveLine(terminal, { lively, now: () => now });

test("on a terminal the line is written over, cut to its width, ten times a second at most", () => {
  const terminal = new Terminal();
  const live = line(terminal, true);
  live.show((columns) => `${columns} ${"x".repeat(30)}`);
  now += 50;
  live.show(() => "too soon");
  now += 50;
  live.show(() => "then");
  live.clear();
  live.clear();
  expect(terminal.written).toBe(`\r19 xxxxxxxxxxxxxxx…\x1b[K\rthen\x1b[K\r\x1b[K`);
});

test("elsewhere lines are plain, whole, few, and never the same twice", () => {
  const terminal = new Terminal();
  const live = line(terminal, false);
  for (const text of ["a long line that is not cut", "too soon", "b", "b", "c"]) {
    live.show(() => text);
    now += text === "a long line that is not cut" ? 4_999 : 5_000;
  }
  live.clear();
  expect(terminal.written).toBe("a long line that is not cut\nb\nc\n");
});

test("colour is for terminals, and not for those who refuse it", () => {
  const terminal = new Terminal();
  const bold = (env: Record<string, string>, stream = terminal as NodeJS.WritableStream) =>
    styleFor(stream, env).bold("x");
  expect(bold({})).toBe("\x1b[1mx\x1b[22m");
  expect(bold({ NO_COLOR: "1" })).toBe("x");
  expect(bold({ NO_COLOR: "" })).toBe("\x1b[1mx\x1b[22m");
  expect(bold({ TERM: "dumb" })).toBe("x");
  expect(bold({}, new Writable())).toBe("x");
});
