/** The code that volunteers run for a job: anyone may read it before they lend anything. */
import { useSignal } from "@preact/signals";
import { safeBlock } from "@valence/shared/safe-text";
import { askText } from "../grid/ask.js";
import { asFault } from "../grid/fault.js";

/** A bundle may have a mebibyte, of which nobody reads more than the beginning on a page. */
const SHOWN_LETTERS = 20_000;

export function AtomSource({ atom }: { atom: string }) {
  const source = useSignal<string | null>(null);
  const fault = useSignal("");
  const open = async ({ currentTarget }: { currentTarget: HTMLDetailsElement }) => {
    if (!currentTarget.open || source.value !== null) return;
    try {
      source.value = await askText({ path: `/atoms/${encodeURIComponent(atom)}/source` });
      fault.value = "";
    } catch (error) {
      fault.value = asFault(error).message;
    }
  };
  return (
    <section class="card flow">
      <details class="flow" onToggle={open}>
        <summary>
          <h2>The code that volunteers run</h2>
        </summary>
        {fault.value !== "" && <p class="field-fault">{fault.value}</p>}
        {source.value !== null && <Source text={source.value} />}
      </details>
    </section>
  );
}

function Source({ text }: { text: string }) {
  const left = text.length - SHOWN_LETTERS;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard */}
      <pre class="code" tabIndex={0}>
        {safeBlock(text.slice(0, SHOWN_LETTERS))}
      </pre>
      {left > 0 && <p class="aside">{left} more letters are not shown; the interface has all of it.</p>}
    </>
  );
}
