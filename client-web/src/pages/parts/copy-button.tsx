import { useSignal } from "@preact/signals";
import { CopyIcon } from "./icons.js";

const SAID_MS = 2_000;

/** Absent where the browser has no clipboard to write to, as over plain HTTP: the text can be selected all the same. */
export function CopyButton({ text, what }: { text: () => string; what: string }) {
  const said = useSignal("");
  if (!navigator.clipboard) return null;
  const copy = async () => {
    said.value = await navigator.clipboard.writeText(text()).then(
      () => "Copied",
      () => "Not copied",
    );
    setTimeout(() => {
      said.value = "";
    }, SAID_MS);
  };
  return (
    <button type="button" class="button button-quiet" onClick={copy}>
      <CopyIcon />
      <span role="status">{said.value || "Copy"}</span>
      <span class="unseen"> {what}</span>
    </button>
  );
}
