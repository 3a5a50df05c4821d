/** `/docs`: the interface for people, made of the description that this coordinator gives to programs. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Heading } from "../frame/heading.js";
import { asFault, type GridFault } from "../grid/fault.js";
import { CopyButton } from "../parts/copy-button.js";
import { Words } from "../parts/words.js";
import { type Description, loadDescription, operationsOf, type Schema } from "./description.js";
import { Method, OperationView } from "./operation-view.js";
import { RefusalTable } from "./refusal-table.js";
import { Fields, Type } from "./schema-view.js";

const TOKEN_LINE = "token=$(cat data/admin-token)";

export function DocsPage() {
  const description = useSignal<Description | null>(null);
  const fault = useSignal<GridFault | null>(null);
  const load = () => {
    const leaving = new AbortController();
    loadDescription(leaving.signal).then(
      (loaded) => {
        description.value = loaded;
        fault.value = null;
      },
      (error: unknown) => {
        if (!leaving.signal.aborted) fault.value = asFault(error);
      },
    );
    return () => leaving.abort();
  };
  useEffect(load, []);
  return (
    <div class="page docs">
      <Heading title="Interface · Valence">Interface</Heading>
      {fault.value !== null && (
        <div class="alert" role="alert">
          <p>{fault.value.message}</p>
          <button type="button" class="button" onClick={load}>
            Try again
          </button>
        </div>
      )}
      {description.value && <Whole of={description.value} />}
    </div>
  );
}

function Whole({ of }: { of: Description }) {
  // A link to a part of this page may be what brought the visitor, and the part is here only now.
  useEffect(() => document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView(), []);
  return (
    <div class="docs-columns">
      <Contents of={of} />
      <div class="docs-main">
        <section class="card flow">
          <Words text={of.info.description} />
          <p>
            Programs read <a href="/openapi.json">/openapi.json</a>, of which this page is made. The commands below want
            a token where one is needed, and the id of what they are about:
          </p>
          <div class="command">
            <code>{TOKEN_LINE}</code>
            <CopyButton text={() => TOKEN_LINE} what="the line" />
          </div>
        </section>
        {of.tags.map(({ name, description }) => (
          <div key={name} class="docs-group">
            <h2 id={groupId(name)}>{name}</h2>
            <p class="aside">{description}</p>
            {operationsOf(of, name).map((operation) => (
              <OperationView key={operation.operationId} operation={operation} of={of} />
            ))}
          </div>
        ))}
        <RefusalTable of={of} />
        <div class="docs-group">
          <h2 id="forms">Forms</h2>
          {Object.entries(of.components.schemas).map(([name, schema]) => (
            <Form key={name} name={name} schema={schema} />
          ))}
        </div>
      </div>
    </div>
  );
}

/** A group and a form may have one name. */
function groupId(name: string): string {
  return `group-${name}`;
}

function Contents({ of }: { of: Description }) {
  return (
    <nav class="docs-contents" aria-label="On this page">
      {of.tags.map(({ name }) => (
        <div key={name}>
          <a class="docs-group-link" href={`#${groupId(name)}`}>
            {name}
          </a>
          <ul>
            {operationsOf(of, name).map(({ operationId, method, summary }) => (
              <li key={operationId}>
                <a href={`#${operationId}`}>
                  <Method method={method} /> {summary}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <a class="docs-group-link" href="#refusals">
        Refusals
      </a>
      <a class="docs-group-link" href="#forms">
        Forms
      </a>
    </nav>
  );
}

function Form({ name, schema }: { name: string; schema: Schema }) {
  return (
    <section class="card flow" id={name} aria-labelledby={`${name}-title`}>
      <h3 id={`${name}-title`}>{name}</h3>
      {schema.description !== undefined && <Words text={schema.description} />}
      {schema.properties === undefined && (
        <p>
          <Type schema={schema} />
        </p>
      )}
      <Fields schema={schema} />
      {schema.examples?.map((example) => {
        const text = JSON.stringify(example, null, 2);
        return (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard
          <pre key={text} class="code" tabIndex={0}>
            {text}
          </pre>
        );
      })}
    </section>
  );
}
