import { count } from "@valence/shared/human";
import type { DeadLetterView } from "@valence/shared/job-view";
import { safeBlock, safeJson, safeText } from "@valence/shared/safe-text";
import { Ago } from "../parts/ago.js";

const PAYLOAD_LETTERS_MAX = 2_000;

/** One electron that failed for good: what it was to compute, and every try. */
export function Letter({ letter }: { letter: DeadLetterView }) {
  const { electron, payload, errors } = letter;
  const json = safeJson(payload);
  return (
    <article class="letter">
      <h3>Electron {count(electron)}</h3>
      <p class="aside">Payload</p>
      <pre class="code">
        {json.slice(0, PAYLOAD_LETTERS_MAX)}
        {json.length > PAYLOAD_LETTERS_MAX && "…"}
      </pre>
      <ol class="tries">
        {errors.map((error) => (
          <li key={error.attempt}>
            <p>
              Try {error.attempt}, <Ago at={error.at} />, on <code>{error.volunteer}</code>: <code>{error.code}</code>{" "}
              <span class="stranger">{safeText(error.message)}</span>
            </p>
            {error.stack !== null && <pre class="code">{safeBlock(error.stack)}</pre>}
          </li>
        ))}
      </ol>
    </article>
  );
}
