import { atomName } from "@valence/shared/atom-name";
import type { LendingView } from "../../volunteer/lending.js";
import { jobPath } from "../frame/route.js";

/** One cell for each worker that was asked for: what it is at, or that it waits. */
export function Workers({ view }: { view: LendingView }) {
  const bySlot = new Map(view.working.map((working) => [working.slot, working]));
  const slots = Array.from({ length: view.threads }, (_, slot) => bySlot.get(slot) ?? null);
  return (
    <>
      <h3>Workers</h3>
      <ul class="workers">
        {slots.map((working, slot) => (
          <Worker key={slot} number={slot + 1} working={working} />
        ))}
      </ul>
    </>
  );
}

function Worker({ number, working }: { number: number; working: LendingView["working"][number] | null }) {
  return (
    <li class={working ? "worker worker-busy" : "worker"}>
      <span class="worker-number">{number}</span>
      {working ? (
        <a class="stranger" href={jobPath(working.job)}>
          {atomName(working.atom)}
        </a>
      ) : (
        <span class="aside">waits</span>
      )}
    </li>
  );
}
