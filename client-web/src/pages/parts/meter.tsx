import { shareText } from "./share-text.js";

/** How much of a job is done, as a line and a percentage. */
export function Meter({ done, total, label }: { done: number; total: number; label: string }) {
  const share = total > 0 ? done / total : 0;
  return (
    <span class="meter">
      <span class="meter-track" role="img" aria-label={label}>
        <span class="meter-done" style={{ inlineSize: `${100 * share}%` }} />
      </span>
      <span class="meter-text">{shareText(done, total)}</span>
    </span>
  );
}
