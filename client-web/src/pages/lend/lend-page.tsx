/** `/`: who runs this grid and what it will compute, what it means to lend a tab, and the tab that is lent. */
import { Heading } from "../frame/heading.js";
import { consentFor } from "./consent.js";
import { ConsentText } from "./consent-text.js";
import { LendServer } from "./lend-server.js";
import type { LendingSession } from "./lending-session.js";
import { useOperator } from "./operator.js";
import { StartPanel } from "./start-panel.js";
import { UpcomingJobs } from "./upcoming-jobs.js";
import { WorkingPanel } from "./working-panel.js";

export function LendPage({ lending }: { lending: LendingSession }) {
  const operator = useOperator().value;
  return (
    <div class="page flow">
      <Heading title="Valence">Lend this tab</Heading>
      <p class="lead">
        <Runs operator={operator} /> Your idle cores work on its jobs for as long as you like, and you can watch the
        answers grow.
      </p>
      <div class="lend-columns">
        <LendPanel lending={lending} operator={operator} />
        <div class="lend-more">
          <UpcomingJobs />
          <LendServer />
        </div>
      </div>
    </div>
  );
}

/** Undefined while nobody has answered yet. */
function Runs({ operator }: { operator: string | null | undefined }) {
  if (operator === undefined) return <>This grid is at {location.host}.</>;
  if (operator === null) {
    return (
      <>
        This grid is run by <strong>whoever runs {location.host}</strong>.
      </>
    );
  }
  return (
    <>
      This grid is run by <strong class="stranger">{operator}</strong>.
    </>
  );
}

function LendPanel({ lending, operator }: { lending: LendingSession; operator: string | null | undefined }) {
  const active = lending.active.value;
  const consent = consentFor(operator);
  return (
    <section class="card flow" aria-labelledby="lend-panel-title">
      {active ? (
        <WorkingPanel lending={lending} />
      ) : (
        <StartPanel lending={lending} operator={operator} consent={consent} />
      )}
      {consent !== null && (
        <details class="flow">
          <summary>What you agreed to</summary>
          <ConsentText />
        </details>
      )}
    </section>
  );
}
