import { defineAtom } from "@valence/shared/atom";
import { expect, test } from "vitest";
import { atomText } from "./atom-text.js";
import { isReadable } from "./bundle/is-readable.js";

const outside = 3;

/** The module as a volunteer has it. */
async function imported(text: string) {
  const { default: atom } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  return atom;
}

const square = (n: number) => n * n;
test.each([
  [
    "a method",
    defineAtom<number, number>({
      name: "f",
      process(n) {
        return n * n;
      },
    }),
  ],
  [
    "an async method",
    defineAtom<number, number>({
      name: "f",
      async process(n) {
        return n * n;
      },
    }),
  ],
  ["an arrow", defineAtom<number, number>({ name: "f", process: (n) => n * n })],
  ["an async arrow", defineAtom<number, number>({ name: "f", process: async (n) => n * n })],
  [
    "a function",
    defineAtom<number, number>({
      name: "f",
      process: function squared(n) {
        return n * n;
      },
    }),
  ],
  ["a function from elsewhere", defineAtom<number, number>({ name: "f", process: square })],
])("%s travels as its text", async (_, atom) => {
  const text = atomText(atom);
  expect(isReadable(text)).toBe(true);
  const { name, process } = await imported(text);
  expect([name, await process(7)]).toEqual(["f", 49]);
});

test("a name and a schema travel with it, whatever letters they have", async () => {
  const atom = defineAtom<string, string>({
    name: "quotes",
    payload: { type: "string", enum: ['"', "\\", "\u2028", "`$`"] },
    process: (text) => text,
  });
  const { name, payload } = await imported(atomText(atom));
  expect({ name, payload }).toEqual({ name: atom.name, payload: atom.payload });
});

test("all that a function declares by itself comes along, and what every engine has is there", () => {
  const atom = defineAtom<{ list: number[]; rest: { deep?: number } }, number>({
    name: "own",
    process({ list: [first = 0, ...others], rest: { deep: renamed = 1 } }, { random, ...context }) {
      class Sum {
        #all = 0;
        static of = 1;
        add(n: number) {
          this.#all += n;
          return this;
        }
        get all() {
          return this.#all;
        }
      }
      function twice(n: number): number {
        return n > 100 ? n : twice(2 * n);
      }
      const sum = new Sum();
      outer: for (const n of others) {
        try {
          for (let i = 0; i < n; i++) if (i > 3) continue outer;
          sum.add(Math.abs(n) + random());
        } catch (error) {
          context.log(error, new Float64Array(1), structuredClone({ outside: n }));
        }
      }
      return sum.all + first + renamed + twice(Sum.of) + Number.parseFloat("1");
    },
  });
  expect(() => atomText(atom)).not.toThrow();
});

test.each([
  ["a constant", () => outside, "outside"],
  ["a function", (n: number) => square(n), "square"],
  ["an import", () => expect(1), "expect|import"],
  ["what Node alone has", () => process.pid, "process"],
  ["a buffer", () => Buffer.from("a").length, "Buffer"],
])("%s from outside would be missing, and is refused by name", (_, process, name) => {
  expect(() => atomText({ name: "f", process: process as () => unknown })).toThrow(
    new RegExp(`process of f uses .*(${name}).*, which would not come along`),
  );
});

test.each([
  ["a native function", Math.abs],
  ["a bound one", square.bind(null)],
])("%s has no text", (_, process) => {
  expect(() => atomText({ name: "f", process: process as () => unknown })).toThrow("cannot be read");
});
