/** The tab is lent: how fast it goes, what it has done, what each worker is at, and how to pause and stop. */
import { useSignal } from "@preact/signals";
import { count, short } from "@valence/shared/human";
import { safeText } from "@valence/shared/safe-text";
import { useEffect } from "preact/hooks";
import type { LendingView } from "../../volunteer/lending.js";
import { PauseIcon, PlayIcon, StopIcon } from "../parts/icons.js";
import { secondsText } from "../parts/seconds-text.js";
import type { LendingSession } from "./lending-session.js";
import { lendingWords } from "./lending-words.js";
import { ThreadsField } from "./threads-field.js";
import { Workers } from "./workers.js";

/** Between two leases a worker waits for a moment: that is seen, and not read out each time. */
const SOME = [{ slot: 0, job: "", atom: "" }];

export function WorkingPanel({ lending }: { lending: LendingSession }) {
  const view = lending.view.value;
  const { phase, link } = view;
  const threads = useSignal(view.threads);
  useEffect(() => {
    threads.value = view.threads;
  }, [view.threads, threads]);
  return (
    <>
      <h2 id="lend-panel-title">This tab computes</h2>
      <p class={`lending-state lending-${view.phase}`}>
        <span class={`pulse pulse-${view.phase}`} aria-hidden="true" />
        {lendingWords(view).long}
      </p>
      <p class="unseen" role="status">
        {lendingWords({ phase, link, working: SOME }).long}
      </p>
      <p class="big-number">
        {short(view.rate)} <span class="unit">items/s</span>
      </p>
      <Totals view={view} />
      <Controls lending={lending} view={view} />
      <Workers view={view} />
      {view.notice !== null && <p class="lending-notice stranger">{safeText(view.notice)}</p>}
      <ThreadsField threads={threads} onChosen={(chosen) => lending.setThreads(chosen)} />
    </>
  );
}

function Totals({ view }: { view: LendingView }) {
  return (
    <dl class="totals">
      <div>
        <dt>Items</dt>
        <dd>{short(view.items)}</dd>
      </div>
      <div>
        <dt>Electrons</dt>
        <dd>{count(view.electrons)}</dd>
      </div>
      <div>
        <dt>Failed</dt>
        <dd>{count(view.failures)}</dd>
      </div>
      <div>
        <dt>Worked for</dt>
        <dd>{secondsText(view.workedMs)}</dd>
      </div>
    </dl>
  );
}

function Controls({ lending, view }: { lending: LendingSession; view: LendingView }) {
  const halted = view.phase === "paused" || view.phase === "pausing";
  const stopping = view.phase === "stopping";
  return (
    <div class="buttons">
      {halted ? (
        <button type="button" class="button button-main" onClick={() => lending.resume()}>
          <PlayIcon />
          Resume
        </button>
      ) : (
        <button type="button" class="button" disabled={stopping} onClick={() => lending.pause()}>
          <PauseIcon />
          Pause
        </button>
      )}
      <button type="button" class="button button-danger" disabled={stopping} onClick={() => lending.stop()}>
        <StopIcon />
        {stopping ? "Stopping…" : "Stop"}
      </button>
    </div>
  );
}
