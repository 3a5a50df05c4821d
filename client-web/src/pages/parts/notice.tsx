/** What a visitor is told in passing, such as that a job was deleted: seen for a while, and read out once. */
import { signal } from "@preact/signals";
import { CrossIcon } from "./icons.js";

const SHOWN_MS = 8_000;

const text = signal("");
let timer: ReturnType<typeof setTimeout> | undefined;

export function tellVisitor(sentence: string): void {
  clearTimeout(timer);
  text.value = sentence;
  timer = setTimeout(dismiss, SHOWN_MS);
}

function dismiss(): void {
  clearTimeout(timer);
  text.value = "";
}

/** There from the beginning, since a live region that appears with its text is not read out. */
export function Notice() {
  return (
    <div class={text.value === "" ? "notice-place" : "notice-place notice-shown"}>
      <p role="status">{text.value}</p>
      {text.value !== "" && (
        <button type="button" class="button button-icon" aria-label="Dismiss" onClick={dismiss}>
          <CrossIcon />
        </button>
      )}
    </div>
  );
}
