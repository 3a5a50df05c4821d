/**
 * Whether a module's name and schema stand in it as literals, as the coordinator needs them. Only a help for the author: when in
 * doubt it says no, and the bundle is written so that they do. The coordinator judges by rules of its own.
 */
import { type AnyNode, type Identifier, type ObjectExpression, type Program, type Property, parse } from "acorn";

/** False also for what does not parse or exports no atom. */
export function isReadable(source: string): boolean {
  const atom = atomOf(source);
  if (atom === null || !atom.properties.every(isNamed)) return false;
  const name = memberOf(atom, "name");
  const payload = memberOf(atom, "payload");
  return name?.type === "Literal" && typeof name.value === "string" && (payload === null || isLiteral(payload));
}

function atomOf(source: string): ObjectExpression | null {
  try {
    return objectIn(parse(source, { ecmaVersion: "latest", sourceType: "module" }));
  } catch {
    return null;
  }
}

/** Through one binding and one call such as `defineAtom(…)`. */
function objectIn(program: Program): ObjectExpression | null {
  const exported = defaultExport(program);
  const value = exported?.type === "Identifier" ? boundValue(program, exported) : exported;
  const object = value?.type === "CallExpression" ? value.arguments[0] : value;
  return object?.type === "ObjectExpression" ? object : null;
}

function defaultExport(program: Program): AnyNode | null {
  for (const statement of program.body) {
    if (statement.type === "ExportDefaultDeclaration") return statement.declaration;
    if (statement.type !== "ExportNamedDeclaration") continue;
    const found = statement.specifiers.find(
      ({ exported }) => exported.type === "Identifier" && exported.name === "default",
    );
    if (found !== undefined) return found.local;
  }
  return null;
}

function boundValue(program: Program, { name }: Identifier): AnyNode | null {
  const declarators = program.body.flatMap((node) => (node.type === "VariableDeclaration" ? node.declarations : []));
  return declarators.find(({ id }) => id.type === "Identifier" && id.name === name)?.init ?? null;
}

function isNamed(property: ObjectExpression["properties"][number]): property is Property {
  return property.type === "Property" && !property.computed;
}

function memberOf({ properties }: ObjectExpression, wanted: string): AnyNode | null {
  const found = properties.find((property) => isNamed(property) && keyOf(property) === wanted);
  return found?.type === "Property" ? found.value : null;
}

function keyOf({ key }: Property): string | null {
  if (key.type === "Identifier") return key.name;
  return key.type === "Literal" ? String(key.value) : null;
}

function isLiteral(node: AnyNode): boolean {
  switch (node.type) {
    case "Literal":
      return node.value === null ? node.raw === "null" : ["string", "number", "boolean"].includes(typeof node.value);
    case "UnaryExpression":
      return node.operator === "-" && node.argument.type === "Literal" && typeof node.argument.value === "number";
    case "ArrayExpression":
      return node.elements.every((element) => element !== null && isLiteral(element));
    case "ObjectExpression":
      return node.properties.every(
        (each) => isNamed(each) && !each.method && each.kind === "init" && isLiteral(each.value),
      );
    default:
      return false;
  }
}
