/**
 * Finds the object that a module exports by default: written there, bound to one variable of the module, or given to one call
 * such as `defineAtom(…)`, the last two also together, since that is what bundlers make of `export default defineAtom({…})`.
 * What a variable is assigned later is not followed: the object is read as it is declared.
 */
import type { AnyNode, CallExpression, Identifier, ObjectExpression, Program, VariableDeclarator } from "acorn";
import { Refusal } from "./refusal.js";

/** The object literal behind the default export. */
export function defaultObject(program: Program): ObjectExpression {
  const exported = defaultExport(program);
  const value = exported.type === "Identifier" ? boundValue(program, exported) : exported;
  const object = value.type === "CallExpression" ? onlyArgument(value) : value;
  if (object.type === "ObjectExpression") return object;
  throw new Refusal(
    "atom_shape",
    "The default export must be an object literal, or one call such as defineAtom({…})",
    object,
  );
}

function defaultExport(program: Program): AnyNode {
  for (const statement of program.body) {
    if (statement.type === "ExportDefaultDeclaration") return statement.declaration;
    if (statement.type !== "ExportNamedDeclaration") continue;
    for (const { exported, local } of statement.specifiers) {
      if ((exported.type === "Identifier" ? exported.name : exported.value) === "default") return local;
    }
  }
  throw new Refusal("atom_shape", "The module has no default export", program);
}

function boundValue(program: Program, variable: Identifier): AnyNode {
  const found = declarators(program).filter(({ id }) => id.type === "Identifier" && id.name === variable.name);
  const value = found.length === 1 ? found[0]?.init : null;
  if (value !== null && value !== undefined) return value;
  throw new Refusal(
    "atom_shape",
    "The default export must be a variable that is declared once, with its value",
    variable,
  );
}

/** Of the module's own variables, exported or not. */
function declarators(program: Program): VariableDeclarator[] {
  return program.body.flatMap((statement) => {
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    return declaration?.type === "VariableDeclaration" ? declaration.declarations : [];
  });
}

function onlyArgument(call: CallExpression): AnyNode {
  const argument = call.arguments[0];
  if (argument !== undefined && call.arguments.length === 1) return argument;
  throw new Refusal("atom_shape", "The call around the atom must have one argument, the object literal", call);
}
