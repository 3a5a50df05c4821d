/** A schema as a list of fields, each with what it is and what it means. */

import { Line } from "../parts/words.js";
import type { Schema } from "./description.js";
import { branchesOf, limitsText, typePieces } from "./schema-text.js";

export function Type({ schema }: { schema: Schema }) {
  return (
    <code class="docs-type">
      {typePieces(schema).map((piece) =>
        typeof piece === "string" ? (
          piece
        ) : (
          <a key={piece.name} href={`#${piece.name}`}>
            {piece.name}
          </a>
        ),
      )}
    </code>
  );
}

/** The fields of an object, or of each of the objects that it may be. */
export function Fields({ schema }: { schema: Schema }) {
  return (
    <>
      {branchesOf(schema).map((branch, i) => (
        <FieldList key={i} of={branch} />
      ))}
    </>
  );
}

function FieldList({ of }: { of: Schema }) {
  return (
    <dl class="docs-fields">
      {Object.entries(of.properties ?? {}).map(([name, schema]) => (
        <Field key={name} name={name} schema={schema} required={of.required?.includes(name) ?? false} />
      ))}
    </dl>
  );
}

type FieldProps = {
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
  /** Other words than the schema's own. */
  readonly description?: string | undefined;
  /** Where it stands, if it is no field of an object. */
  readonly place?: string;
};

export function Field({ name, schema, required, description = schema.description, place }: FieldProps) {
  const limits = limitsText(schema);
  const notes = [place, required ? "" : "optional"].filter(Boolean).join(", ");
  return (
    <>
      <dt>
        <code class="docs-name">{name}</code>
        {notes !== "" && <span class="aside"> {notes}</span>}
        <Type schema={schema} />
      </dt>
      <dd class="flow">
        {description !== undefined && (
          <p>
            <Line text={description} />
          </p>
        )}
        {limits !== "" && <p class="aside">{limits}</p>}
        <Fields schema={schema} />
      </dd>
    </>
  );
}
