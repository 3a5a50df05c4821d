/** Nothing computes, and this says what will: with a consent that is kept, Start is one press. */
import { type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useRef } from "preact/hooks";
import { fullTime } from "../parts/ago.js";
import { PlayIcon } from "../parts/icons.js";
import { type Consent, giveConsent, withdrawConsent } from "./consent.js";
import { ConsentText } from "./consent-text.js";
import type { LendingSession } from "./lending-session.js";
import { Refusal } from "./refusal.js";
import { chosenThreads, thisDevice, threadsAtFirst } from "./threads.js";
import { ThreadsField } from "./threads-field.js";

type StartPanelProps = {
  readonly lending: LendingSession;
  /** Undefined while it is not known: then nobody can agree to anything. */
  readonly operator: string | null | undefined;
  readonly consent: Consent | null;
};

export function StartPanel({ lending, operator, consent }: StartPanelProps) {
  const threads = useSignal(threadsAtFirst(thisDevice(), chosenThreads()));
  const agreed = useSignal(false);
  const reminded = useSignal(false);
  const box = useRef<HTMLInputElement>(null);
  const start = (event: Event) => {
    event.preventDefault();
    if (operator === undefined) return;
    if (consent === null && !agreed.value) {
      reminded.value = true;
      box.current?.focus();
      return;
    }
    if (consent === null) giveConsent(operator, new Date());
    void lending.start(threads.value);
  };
  return (
    <form class="flow" onSubmit={start} noValidate>
      <h2 id="lend-panel-title">{consent === null ? "Before you start" : "Ready when you are"}</h2>
      <Refusal refusal={lending.view.value.refusal} />
      {consent === null ? <Terms box={box} agreed={agreed} reminded={reminded} /> : <Agreed consent={consent} />}
      <ThreadsField threads={threads} />
      <button type="submit" class="button button-main button-large" disabled={operator === undefined}>
        <PlayIcon />
        {lending.loading.value ? "Starting…" : "Start"}
      </button>
      <p class="field-fault" role="status">
        {lending.fault.value ?? ""}
      </p>
    </form>
  );
}

type TermsProps = {
  readonly box: RefObject<HTMLInputElement | null>;
  readonly agreed: Signal<boolean>;
  /** Start was pressed without the box. */
  readonly reminded: Signal<boolean>;
};

function Terms({ box, agreed, reminded }: TermsProps) {
  const missing = reminded.value && !agreed.value;
  return (
    <>
      <ConsentText />
      <label class="agree">
        <input
          ref={box}
          type="checkbox"
          checked={agreed.value}
          aria-invalid={missing}
          aria-describedby="agree-fault"
          onChange={({ currentTarget }) => {
            agreed.value = currentTarget.checked;
          }}
        />
        <span>I lend this tab on these terms, until I stop it.</span>
      </label>
      <p id="agree-fault" class="field-fault" role="status">
        {missing ? "Tick the box first: nothing starts without your word." : ""}
      </p>
    </>
  );
}

function Agreed({ consent }: { consent: Consent }) {
  return (
    <p>
      You agreed on {fullTime(consent.at)}.{" "}
      <button type="button" class="button-text" onClick={withdrawConsent}>
        Withdraw
      </button>
    </p>
  );
}
