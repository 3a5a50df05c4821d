import { GridError } from "@valence/shared/errors";
import { describe, expect, test } from "vitest";
import { readAtom } from "./read-atom.js";

const PI = `{ name: "pi", process(payload) { return payload; } }`;

function refusal(source: string): GridError {
  try {
    readAtom(source);
  } catch (error) {
    if (error instanceof GridError) return error;
    throw error;
  }
  throw new Error(`taken: ${source}`);
}

describe("an atom is read", () => {
  test.each([
    `export default ${PI}`,
    `export default (${PI});`,
    `export default defineAtom(${PI})`,
    `export default lib.atoms.define(${PI})`,
    `const atom = ${PI}; export default atom;`,
    `let atom = ${PI}; export { atom as default };`,
    `export const atom = ${PI}; export { atom as "default" };`,
    `export { atom as default }; var other = 1, atom = defineAtom(${PI});`,
    `const atom = 1; { const atom = 2; } export default ${PI}`,
    "export default { name: `pi`, 'process': async (payload) => payload }",
    `export default { version: 2, "name": "pi", process: async function () {} }`,
    `const process = () => 1; export default { name: "pi", process }`,
    `const compute = () => 1; export default { name: "pi", process: compute, payload: {} , notes: [...x] }`,
    `\ufeffexport default ${PI}`,
    `#!/usr/bin/env node\nexport default ${PI}`,
    `const x = await 1; class A { static #p = 1; } export default ${PI}`,
    `const o = { import: 1 }; o.import; "import('x')"; /* import.meta */ function F() { new.target; } export default ${PI}`,
  ])("%s", (source) => {
    expect(readAtom(source)).toMatchObject({ name: "pi" });
  });

  test("as a bundler leaves it", () => {
    const source = `// shared/dist/atom.js
function defineAtom(atom) {
  return atom;
}

// atom.ts
var atom_default = defineAtom({
  name: "primes",
  payload: { type: "object", properties: { from: { type: "integer" } }, required: ["from"] },
  process({ from }) {
    return from;
  }
});
export {
  atom_default as default
};
`;
    const schema = { type: "object", properties: { from: { type: "integer" } }, required: ["from"] };
    expect(readAtom(source)).toEqual({ name: "primes", schema });
  });

  test("as a minifier leaves it", () => {
    const source =
      'function e(r){return r}var t=e({name:"m",payload:{additionalProperties:!1,items:!0,minimum:-1e3},process:r=>r});export{t as default};';
    expect(readAtom(source)).toEqual({
      name: "m",
      schema: { additionalProperties: false, items: true, minimum: -1000 },
    });
  });

  test("with the schema's literals as JSON has them", () => {
    const schema = `{ "const": [null, true, -1.5, "a", { b: [] }], enum: [\`t\`, -0], default: { 1: 'x' }, title: "T" }`;
    const expected = { const: [null, true, -1.5, "a", { b: [] }], enum: ["t", -0], default: { 1: "x" }, title: "T" };
    expect(readAtom(`export default { name: "a", payload: ${schema}, process() {} }`).schema).toEqual(expected);
  });

  test("without a schema", () => {
    expect(readAtom(`export default ${PI}`)).toEqual({ name: "pi", schema: null });
  });
});

describe("atom_syntax", () => {
  test.each([
    "export default {",
    "const a: number = 1",
    "let a; let a;",
    "export { x as default }",
    "<p/>",
    "with (a) {}",
  ])("%s", (source) => {
    expect(refusal(source)).toMatchObject({ code: "atom_syntax", status: 422 });
  });

  test("names line and column, and is short however long the names are", () => {
    expect(refusal("const a = 1;\n  let a = 2;")).toMatchObject({ details: { line: 2, column: 7 } });
    expect(refusal("const a = 1;\n  let a = 2;").message).toContain("(line 2, column 7).");
    const long = "x".repeat(10_000);
    expect(refusal(`let ${long}; let ${long};`).message.length).toBeLessThan(400);
  });
});

describe("atom_imports", () => {
  test.each([
    `import "x"; export default ${PI}`,
    `import x from "./x.js"; export default ${PI}`,
    `import data from "./x.json" with { type: "json" }; export default ${PI}`,
    `export * from "x"; export default ${PI}`,
    `export * as y from "x"; export default ${PI}`,
    `export { default } from "x";`,
    `export {} from "x"; export default ${PI}`,
    `const f = async () => { await import("x"); }; export default ${PI}`,
    `export default { name: "pi", process: (x) => import(x) }`,
    `export default { name: "pi", process: (x) => import(x, { with: {} }) }`,
    `export default { name: "pi", process: () => import.meta.url }`,
    `export default { name: \`\${import.meta.url}\`, process() {} }`,
    `class A { [import("x")] = 1 } export default ${PI}`,
    `export default (await import("x")).default`,
  ])("%s", (source) => {
    expect(refusal(source).code).toBe("atom_imports");
  });

  test("names the first of them", () => {
    const source = `export default { name: "pi",\n process: () => import("b") };\nimport "a";`;
    expect(refusal(source)).toMatchObject({ details: { line: 2, column: 17 } });
  });
});

describe("atom_shape", () => {
  test.each([
    "",
    "export const x = 1",
    `export const atom = ${PI}`,
    "export default 1",
    "export default class { name = 'pi' }",
    "export default function atom() {}",
    "function atom() {} export default atom",
    "export default atom",
    "let atom; export default atom",
    `let atom; atom = ${PI}; export default atom`,
    `var atom = ${PI}; var atom = ${PI}; export default atom`,
    `const [atom] = [${PI}]; export default atom`,
    `{ var atom = ${PI}; } export default atom`,
    `const a = ${PI}; const b = a; export default b`,
    `const a = ${PI}; export default defineAtom(a)`,
    `export default freeze(defineAtom(${PI}))`,
    `export default defineAtom(${PI}, 1)`,
    "export default defineAtom()",
    `export default defineAtom(...[${PI}])`,
    `export default defineAtom?.(${PI})`,
    `export default new Atom(${PI})`,
    `export default true ? ${PI} : ${PI}`,
    `export default { ...${PI} }`,
    `export default { name: "pi", process() {}, ...more }`,
    `export default { name: "pi", process() {}, ["na" + "me"]: "x" }`,
    `export default { name: "pi", ["process"]() {} }`,
    `export default { name: "pi", process() {}, name: "tau" }`,
    `export default { name: "pi" }`,
    `export default { name: "pi", process: 1 }`,
    `export default { name: "pi", process: make() }`,
    `export default { name: "pi", get process() { return f } }`,
    `export default { name: "pi", *process() {} }`,
    `export default { name: "pi", process: function* () {} }`,
    `export default { __proto__: ${PI}, name: "pi" }`,
  ])("%s", (source) => {
    expect(refusal(source).code).toBe("atom_shape");
  });
});

describe("atom_name", () => {
  test.each([
    '""',
    '"a b"',
    '"a@b"',
    '".a"',
    `"${"x".repeat(65)}"`,
    "NAME",
    '"a" + "b"',
    `\`a\${1}\``,
    "1",
    "null",
    "/a/",
    "() => 1",
  ])("%s", (name) => {
    expect(refusal(`const NAME = "a"; export default { name: ${name}, process() {} }`).code).toBe("atom_name");
  });

  test.each(["process() {}", 'get name() { return "a" }, process() {}', "name() {}, process() {}"])(
    "{ %s }",
    (body) => {
      expect(refusal(`export default { ${body} }`).code).toBe("atom_name");
    },
  );

  test("takes 64 letters", () => {
    const name = "x".repeat(64);
    expect(readAtom(`export default { name: "${name}", process() {} }`).name).toBe(name);
  });
});

describe("atom_schema", () => {
  test.each([
    "SCHEMA",
    "null",
    "true",
    "[]",
    "{ type: TYPE }",
    "{ type: 'object', ...more }",
    "{ ['type']: 'object' }",
    "{ get type() { return 'object' } }",
    "{ type() {} }",
    "{ enum: [, 1] }",
    "{ enum: [...x] }",
    "{ enum: [1n] }",
    "{ enum: [/a/] }",
    "{ enum: [undefined] }",
    "{ enum: [1e999] }",
    "{ enum: [+1] }",
    "{ enum: [- -1] }",
    "{ enum: [!x] }",
    "{ enum: [1 + 1] }",
    `{ enum: [\`a\${1}\`] }`,
    "{ properties: { __proto__: {} } }",
    "{ type: 'object', type: 'array' }",
    "{ multipleOf: 2 }",
  ])("%s", (schema) => {
    expect(refusal(`export default { name: "a", payload: ${schema}, process() {} }`).code).toBe("atom_schema");
  });

  test("names the path of a keyword that is not allowed", () => {
    const schema = "{ properties: { x: { pattern: 'a+' } } }";
    const error = refusal(`export default {\n  name: "a",\n  payload: ${schema},\n  process() {} }`);
    expect(error.message).toContain("payload.properties.x.pattern");
    expect(error.message).toContain("(line 3, column 3)");
  });

  test("is no method and no getter", () => {
    expect(refusal(`export default { name: "a", payload() {}, process() {} }`).code).toBe("atom_schema");
    expect(refusal(`export default { name: "a", get payload() { return {} }, process() {} }`).code).toBe("atom_schema");
  });

  test("is refused, not overflowed, when deep", () => {
    const deep = `${"{items:".repeat(200)}{}${"}".repeat(200)}`;
    expect(refusal(`export default { name: "a", payload: ${deep}, process() {} }`).code).toBe("atom_schema");
  });
});

describe("atom_too_complex", () => {
  test.each<[string, string, string]>([
    ["brackets", "[", "]"],
    ["parentheses", "(", ")"],
    ["blocks", "{", "}"],
    ["arrows", "()=>", ""],
    ["unary operators", "!", ""],
    ["templates", "`${", "}`"],
    ["conditions", "a?", ":b"],
  ])("100,000 %s", (_, open, close) => {
    const deep = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
    expect(refusal(`${deep}; export default ${PI}`).code).toBe("atom_too_complex");
  });

  test("is not a wide module: 20,000 statements and calls in a chain are read", () => {
    const chain = `x${".a()".repeat(20_000)};`;
    const sum = `y = ${"1+".repeat(1_000)}1;`;
    expect(readAtom(`${chain}${sum}${"f();".repeat(20_000)} export default ${PI}`).name).toBe("pi");
  });
});
