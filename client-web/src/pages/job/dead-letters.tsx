/** What failed for good, by what it failed of. Only the owner's token reads it: messages and payloads may say much. */
import { useSignal } from "@preact/signals";
import { count } from "@valence/shared/human";
import type { JobView } from "@valence/shared/job-view";
import { safeText } from "@valence/shared/safe-text";
import { useMemo } from "preact/hooks";
import { token } from "../grid/token.js";
import { Ago } from "../parts/ago.js";
import { type DeadLetterGroup, groupDeadLetters } from "./dead-letter-groups.js";
import type { DeadLetterList } from "./dead-letter-list.js";
import { Letter } from "./letter.js";
import { DEAD_LETTERS } from "./why-told.js";

const LETTERS_SHOWN = 20;

type DeadLettersProps = { readonly job: JobView; readonly list: DeadLetterList };

export function DeadLetters({ job, list }: DeadLettersProps) {
  const { dead } = job.progress;
  if (dead === 0) return null;
  return (
    <section id={DEAD_LETTERS} class="card flow" aria-labelledby="dead-title">
      <h2 id="dead-title">Failed for good</h2>
      <p class="aside">
        {dead === 1 ? "1 item has used up its tries" : `${count(dead)} items have used up their tries`}.
      </p>
      {token.value === null ? <NeedsToken /> : <Groups list={list} />}
    </section>
  );
}

function NeedsToken() {
  return (
    <p class="empty">
      What failed, and why, is shown to whoever holds the owner's token: enter it with the button at the top of this
      page.
    </p>
  );
}

function Groups({ list }: { list: DeadLetterList }) {
  const loaded = list.loaded.value;
  const fault = list.fault.value;
  const groups = useMemo(() => groupDeadLetters(loaded?.letters ?? []), [loaded]);
  return (
    <>
      {fault && (
        <p class="alert">{fault.code === "forbidden" ? "This token is not that of the job's owner." : fault.message}</p>
      )}
      {loaded === null && !fault && <p class="empty">Reading them…</p>}
      <ul class="groups">
        {groups.map((group) => (
          <Group key={group.key} group={group} />
        ))}
      </ul>
      {loaded?.next != null && (
        <p class="aside">
          These are the first {count(loaded.letters.length)} dead letters.{" "}
          <button type="button" class="button-text" onClick={() => list.more()}>
            Read more
          </button>
        </p>
      )}
    </>
  );
}

function Group({ group }: { group: DeadLetterGroup }) {
  const { code, message, alike, first, last, members } = group;
  const open = useSignal(false);
  return (
    <li class="group">
      <p class="group-message stranger">{safeText(message) || "(no message)"}</p>
      <p class="aside">
        <strong>{count(members.length)}×</strong> <code>{code}</code>
        {alike && " · alike but for their numbers"} · first <Ago at={first.error.at} />
        {members.length > 1 && (
          <>
            , last <Ago at={last.error.at} />
          </>
        )}
      </p>
      <details
        onToggle={({ currentTarget }) => {
          open.value = currentTarget.open;
        }}
      >
        <summary>Payloads, tries and stacks</summary>
        {open.value &&
          members.slice(0, LETTERS_SHOWN).map(({ letter }) => <Letter key={letter.electron} letter={letter} />)}
        {open.value && members.length > LETTERS_SHOWN && (
          <p class="aside">{count(members.length - LETTERS_SHOWN)} more are like these.</p>
        )}
      </details>
    </li>
  );
}
