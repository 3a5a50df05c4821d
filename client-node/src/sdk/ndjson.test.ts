import { expect, test } from "vitest";
import { allLinesOf, linesOf } from "./ndjson.js";

async function* chunks(...texts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

test("lines are the same wherever the stream is cut into chunks, within a letter, too", async () => {
  const whole = Buffer.from("π\n\n[1]\n");
  for (let at = 0; at <= whole.length; at++) {
    const lines = () => chunks(whole.subarray(0, at), whole.subarray(at));
    expect(await all(linesOf(lines()))).toEqual(["π", "[1]"]);
    expect(await all(allLinesOf(lines(), 9))).toEqual(["π", "", "[1]"]);
  }
});

test("[M1] a line has its limit, and not a letter more, come whole or in pieces", async () => {
  expect(await all(allLinesOf(chunks("1234\n", "12", "34\n"), 4))).toEqual(["1234", "1234"]);
  const tooLong = "longer than 4 characters";
  for (const texts of [["12345\n"], ["1234", "5\n"], ["12345"]]) {
    await expect(all(allLinesOf(chunks(...texts), 4))).rejects.toThrow(tooLong);
  }
});

test("a stream that ends within a line was cut", async () => {
  await expect(all(linesOf(chunks("1\n2")))).rejects.toThrow("cut within a line");
});
