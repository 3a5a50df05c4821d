/** In the header of every page while this tab computes: how fast, and how to stop it. */
import { short } from "@valence/shared/human";
import type { LendingSession } from "../lend/lending-session.js";
import { lendingWords } from "../lend/lending-words.js";
import { PauseIcon, PlayIcon, StopIcon } from "../parts/icons.js";

export function LendingBar({ lending }: { lending: LendingSession }) {
  if (!lending.active.value) return null;
  const view = lending.view.value;
  const halted = view.phase === "paused" || view.phase === "pausing";
  return (
    <section class="lending-bar" aria-label="This tab computes">
      <a class="lending-rate" href="/">
        <span class={`pulse pulse-${view.phase}`} aria-hidden="true" />
        {view.phase === "working" && view.working.length > 0 ? `${short(view.rate)}/s` : lendingWords(view).short}
      </a>
      {view.phase !== "stopping" && (
        <>
          <button
            type="button"
            class="button button-icon"
            aria-label={halted ? "Resume computing" : "Pause computing"}
            onClick={() => (halted ? lending.resume() : lending.pause())}
          >
            {halted ? <PlayIcon /> : <PauseIcon />}
          </button>
          <button type="button" class="button button-icon" aria-label="Stop computing" onClick={() => lending.stop()}>
            <StopIcon />
          </button>
        </>
      )}
    </section>
  );
}
