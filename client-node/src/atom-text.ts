/**
 * An atom object as the module that is published: its name, its schema, and the text of its `process`. What the function uses from
 * around it would not come along, so that is refused; what it misses for another reason shows when it runs.
 */
import type { Atom } from "@valence/shared/atom";
import { type AnyNode, type Pattern, parseExpressionAt } from "acorn";
import { BundleError } from "./bundle-error.js";

/** There in Node, and in no browser. */
const NODE_ONLY = ["process", "Buffer", "global", "require", "module", "exports", "setImmediate", "clearImmediate"];

/** @throws BundleError */
export function atomText({ name, payload, process }: Atom<never>): string {
  const method = methodText(process.toString(), name);
  const schema = payload === undefined ? "" : `  payload: ${JSON.stringify(payload)},\n`;
  return `export default {\n  name: ${JSON.stringify(name)},\n${schema}  ${method},\n};\n`;
}

/** As a member of an object: `process(n) {…}` is one already, an arrow or a function becomes the value of one. */
function methodText(text: string, name: string): string {
  for (const member of [text, `process: ${text}`]) {
    const found = memberIn(`({${member}})`);
    if (found?.type !== "Property" || found.key.type !== "Identifier" || found.key.name !== "process") continue;
    refuseOutside(found, name);
    return member;
  }
  throw new BundleError(`The text of process of ${name} cannot be read: put the atom into a file, and publish that.`);
}

/** The first member of an object literal; null for what is none. */
function memberIn(source: string): AnyNode | null {
  try {
    const object = parseExpressionAt(source, 1, { ecmaVersion: "latest", sourceType: "module" });
    return object.type === "ObjectExpression" && object.end === source.length - 1
      ? (object.properties[0] ?? null)
      : null;
  } catch {
    return null;
  }
}

function refuseOutside(tree: AnyNode, name: string): void {
  const { declared, used } = namesIn(tree);
  const outside = [...used].filter((each) => !declared.has(each) && !isGlobal(each));
  if (outside.length === 0) return;
  const sentence = `process of ${name} uses ${outside.join(", ")}, which would not come along`;
  throw new BundleError(`${sentence}: put the atom into a file of its own, and publish that with publishFile().`);
}

function isGlobal(name: string): boolean {
  return name === "arguments" || (name in globalThis && !NODE_ONLY.includes(name));
}

type Names = { readonly declared: Set<string>; readonly used: Set<string> };

/** All names, whatever their scope: one that is declared somewhere else in the function is not missed by mistake, only perhaps let through. */
function namesIn(tree: AnyNode): Names {
  const names: Names = { declared: new Set(), used: new Set() };
  visit(tree, names);
  return names;
}

function visit(node: AnyNode, names: Names): void {
  switch (node.type) {
    case "Identifier":
      names.used.add(node.name);
      return;
    case "MemberExpression":
      visit(node.object, names);
      if (node.computed) visit(node.property, names);
      return;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      if (node.computed) visit(node.key, names);
      if (node.value) visit(node.value, names);
      return;
    case "LabeledStatement":
      visit(node.body, names);
      return;
    case "BreakStatement":
    case "ContinueStatement":
    case "MetaProperty":
      return;
    default:
      declare(node, names.declared);
      for (const child of childrenOf(node)) visit(child, names);
  }
}

function declare(node: AnyNode, declared: Set<string>): void {
  if (node.type === "VariableDeclarator") declarePattern(node.id, declared);
  if (node.type === "CatchClause" && node.param) declarePattern(node.param, declared);
  if ("params" in node) for (const param of node.params) declarePattern(param, declared);
  if ("id" in node && node.id?.type === "Identifier") declared.add(node.id.name);
}

function declarePattern(pattern: Pattern, declared: Set<string>): void {
  if (pattern.type === "Identifier") declared.add(pattern.name);
  if (pattern.type === "AssignmentPattern") declarePattern(pattern.left, declared);
  if (pattern.type === "RestElement") declarePattern(pattern.argument, declared);
  if (pattern.type === "ArrayPattern") for (const each of pattern.elements) if (each) declarePattern(each, declared);
  if (pattern.type !== "ObjectPattern") return;
  for (const each of pattern.properties) declarePattern(each.type === "Property" ? each.value : each, declared);
}

function childrenOf(node: AnyNode): AnyNode[] {
  return Object.values(node).flat().filter(isNode);
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
