/** Every code with which something is refused, once: its status, and what to do. */

import { Line } from "../parts/words.js";
import { type Answer, codesOf, type Description } from "./description.js";

type Refusal = { readonly code: string; readonly status: number; readonly title: string; readonly detail: string };

export function RefusalTable({ of }: { of: Description }) {
  return (
    <section class="card flow" id="refusals" aria-labelledby="refusals-title">
      <h2 id="refusals-title">Refusals</h2>
      <p>
        A problem (RFC 9457) has a <code>code</code>, which stays the same, and a sentence in <code>detail</code>, which
        may change.
      </p>
      <dl class="docs-fields">
        {refusalsIn(of).map(({ code, status, title, detail }) => (
          <div key={code} id={code} class="docs-refusal">
            <dt>
              <code class="docs-name">{code}</code> <span class="aside">{status}</span>
            </dt>
            <dd>
              {title}. <Line text={detail} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** The examples of responses say it all; sorted by status, as they come from one table. */
function refusalsIn({ components, paths }: Description): Refusal[] {
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  const responses = [
    ...Object.values(components.responses),
    ...operations.flatMap((each) => Object.values(each.responses)),
  ];
  const found = new Map<string, Refusal>();
  for (const response of responses) for (const code of codesOf(response)) found.set(code, refusalOf(response, code));
  return [...found.values()].sort((a, b) => a.status - b.status || (a.code < b.code ? -1 : 1));
}

function refusalOf({ content }: Answer, code: string): Refusal {
  return content?.["application/problem+json"]?.examples?.[code]?.value as Refusal; // which `codesOf` has found there
}
