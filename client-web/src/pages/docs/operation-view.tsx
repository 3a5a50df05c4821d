/** One request: what it takes, how it is typed, and what it may be answered. */
import { CopyButton } from "../parts/copy-button.js";
import { Line, Words } from "../parts/words.js";
import { type Answer, answersOf, type Described, type Description, type Media } from "./description.js";
import { Field, Type } from "./schema-view.js";

/** Of parameters; in a query, most of them are optional, which says enough. */
const PLACES: Readonly<Record<string, string>> = { path: "in the path", query: "in the query", header: "a header" };

export function OperationView({ operation, of }: { operation: Described; of: Description }) {
  const { operationId, method, path, summary, description, parameters, requestBody } = operation;
  return (
    <section class="card flow" id={operationId} aria-labelledby={`${operationId}-title`}>
      <h3 id={`${operationId}-title`}>{summary}</h3>
      <p class="docs-request">
        <Method method={method} /> <code class="break">{path}</code>
      </p>
      {description !== undefined && <Words text={description} />}
      <p class="aside">{tokenText(operation)}</p>
      {parameters.length > 0 && (
        <dl class="docs-fields">
          {parameters.map(({ name, in: place, ...parameter }) => (
            <Field key={name} name={name} place={PLACES[place] ?? place} {...parameter} />
          ))}
        </dl>
      )}
      {requestBody && <Body {...requestBody} />}
      <Sample source={operation["x-codeSamples"][0]?.source ?? ""} />
      <Answers operation={operation} of={of} />
    </section>
  );
}

export function Method({ method }: { method: string }) {
  return <span class={`docs-method docs-method-${method}`}>{method.toUpperCase()}</span>;
}

function tokenText({ security }: Described): string {
  if (security.length === 0) return "Takes no token.";
  return security.length === 1 ? "Needs a token." : "A token is not needed for what everybody may see.";
}

function Body({ required, description, content }: NonNullable<Described["requestBody"]>) {
  const types = Object.keys(content);
  const [media] = Object.values(content);
  return (
    <div class="flow">
      <h4>Body{required ? "" : ", which may be left out"}</h4>
      <p>
        <code>{types.join(", ")}</code> {media && <Held media={media} />}
      </p>
      {description !== undefined && <Words text={description} />}
    </div>
  );
}

/** What a body holds, by its name; text has none. */
function Held({ media }: { media: Media }) {
  const item = media["x-itemSchema"];
  if (item?.$ref !== undefined) {
    return (
      <>
        {" with a "}
        <Type schema={item} /> in each line
      </>
    );
  }
  if (item?.anyOf) {
    return (
      <>
        {" with messages of "}
        <Type schema={{ anyOf: messagesOf(item.anyOf) }} />
      </>
    );
  }
  return media.schema.$ref === undefined ? null : <Type schema={media.schema} />;
}

/** Each form once. */
function messagesOf(forms: NonNullable<Media["schema"]["anyOf"]>): NonNullable<Media["schema"]["anyOf"]> {
  const held = forms.flatMap(({ properties }) => properties?.data?.contentSchema ?? []);
  return held.filter(({ $ref }, i) => held.findIndex((each) => each.$ref === $ref) === i);
}

function Sample({ source }: { source: string }) {
  const command = here(source);
  return (
    <div class="docs-sample">
      <div class="docs-sample-head">
        <span class="aside">In a shell</span>
        <CopyButton text={() => command} what="the command" />
      </div>
      <pre>{command}</pre>
    </div>
  );
}

/** To this coordinator, wherever the visitor has found it. */
function here(source: string): string {
  return source.replace("http://127.0.0.1:8080", location.origin);
}

function Answers({ operation, of }: { operation: Described; of: Description }) {
  const answers = answersOf(operation, of);
  const refusals = answers.filter(({ codes }) => codes.length > 0);
  return (
    <div class="flow">
      <h4>Answers</h4>
      <dl class="docs-answers">
        {answers
          .filter(({ codes }) => codes.length === 0)
          .map((answer) => (
            <Given key={answer.status} {...answer} />
          ))}
      </dl>
      <h4>Refusals</h4>
      <ul class="docs-codes">
        {refusals.flatMap(({ status, codes }) =>
          codes.map((code) => (
            <li key={code}>
              <a href={`#${code}`}>
                {status} <code>{code}</code>
              </a>
            </li>
          )),
        )}
      </ul>
    </div>
  );
}

function Given({ status, description, headers = {}, content = {} }: Answer & { readonly status: string }) {
  return (
    <>
      <dt>{status}</dt>
      <dd class="flow">
        <p>
          <Line text={description} />{" "}
          {Object.entries(content).map(([type, media]) => (
            <span key={type}>
              <code>{type}</code> <Held media={media} />
            </span>
          ))}
        </p>
        {Object.entries(headers).map(([name, header]) => (
          <p key={name} class="aside">
            <code>{name}</code>: <Line text={header.description} />
          </p>
        ))}
      </dd>
    </>
  );
}
