/** `/jobs/{id}`: how far a job is, what is known so far, what failed, and how to steer it. */
import { computed, type ReadonlySignal } from "@preact/signals";
import { atomName } from "@valence/shared/atom-name";
import { hasEnded } from "@valence/shared/job-state";
import type { JobView } from "@valence/shared/job-view";
import { REASONS, type ReasonCode } from "@valence/shared/reasons";
import { safeText } from "@valence/shared/safe-text";
import { useEffect, useMemo } from "preact/hooks";
import { Heading } from "../frame/heading.js";
import { ask } from "../grid/ask.js";
import { isExplainView } from "../grid/checks.js";
import type { GridFault } from "../grid/fault.js";
import { token } from "../grid/token.js";
import { now } from "../parts/clock.js";
import { shareText } from "../parts/share-text.js";
import { StateBadge } from "../parts/state-badge.js";
import { mayRetry } from "./actions.js";
import { Actions } from "./actions-bar.js";
import { AtomSource } from "./atom-source.js";
import { DeadLetterList } from "./dead-letter-list.js";
import { DeadLetters } from "./dead-letters.js";
import { Facts } from "./facts.js";
import { JobFollower } from "./job-follower.js";
import { NoJob } from "./no-job.js";
import { ProgressCard } from "./progress-card.js";
import { ResultCard } from "./result-card.js";
import { Standstill } from "./standstill.js";
import { type Means, type Told, toldOf } from "./why-told.js";

export function JobPage({ id }: { id: string }) {
  const follower = useMemo(() => new JobFollower(id), [id]);
  useEffect(() => () => follower.close(), [follower]);
  const view = follower.latest.value?.view;
  const fault = follower.fault.value;
  if (view) return <KnownJob view={view} fault={fault} follower={follower} />;
  if (fault) return <NoJob id={id} fault={fault} />;
  return <div class="page flow" aria-busy="true" />;
}

type KnownJobProps = {
  readonly view: ReadonlySignal<JobView>;
  readonly fault: GridFault | null;
  readonly follower: JobFollower;
};

function KnownJob({ view, fault, follower }: KnownJobProps) {
  const job = view.value;
  const list = useDeadLetters(job);
  const mayNot = list.fault.value?.code === "forbidden";
  const retriable = useMemo(() => computed(() => mayRetry(view.value, now.value)), [view]).value;
  const told = useTold(job, { mayAct: token.value !== null && !mayNot, retriable });
  const name = safeText(job.name ?? atomName(job.atom));
  return (
    <div class="page flow">
      <p class="crumb">
        <a href="/jobs">← Jobs</a>
      </p>
      <div class="job-title">
        <Heading title={titleOf(job, name)}>
          <span class="stranger">{name}</span>
        </Heading>
        <StateBadge state={job.state} />
        <Actions
          job={job}
          retriable={retriable}
          mayNot={mayNot}
          onAnswer={(seen) => follower.see(seen, performance.now())}
        />
      </div>
      <StateChanges state={job.state} told={told} />
      {fault && (
        <p class="alert" role="alert">
          {fault.message} What you see is from before; trying again.
        </p>
      )}
      {job.error && <JobError error={job.error} />}
      <div class="job-columns">
        <div class="job-main">
          <ProgressCard job={job} told={told} />
          <ResultCard job={job} />
          <DeadLetters job={job} list={list} />
          <AtomSource atom={job.atom} />
        </div>
        <Facts job={job} />
      </div>
    </div>
  );
}

/** Read with a token even where none are counted: whether they may be read tells whether the token may steer this job. */
function useDeadLetters({ id, progress }: JobView): DeadLetterList {
  const list = useMemo(() => new DeadLetterList(id), [id]);
  const held = token.value;
  useEffect(() => {
    if (held !== null) void list.refresh();
  }, [list, held, progress.dead]);
  useEffect(() => () => list.close(), [list]);
  return list;
}

/** Why the job stands still, and what of it is undone. */
function useTold(job: JobView, means: Means): Told[] {
  const { id } = job;
  const standstill = useMemo(
    () => new Standstill((signal) => ask({ path: `/jobs/${encodeURIComponent(id)}/explain`, signal }, isExplainView)),
    [id],
  );
  useEffect(() => standstill.see(job), [standstill, job]);
  useEffect(() => () => standstill.close(), [standstill]);
  return toldOf(job, standstill.reasons.value, means);
}

type StateChangesProps = Pick<JobView, "state"> & { readonly told: readonly Told[] };

/** Read out when it changes, and nothing else of what moves. */
function StateChanges({ state, told }: StateChangesProps) {
  const why = told.map(({ code }) => REASONS[code as ReasonCode]).filter((title) => title !== undefined);
  return (
    <p class="unseen" role="status">
      The job is {state}. {why.map((title) => `${title}.`).join(" ")}
    </p>
  );
}

function JobError({ error }: { error: NonNullable<JobView["error"]> }) {
  return (
    <p class="alert">
      <strong>The job failed.</strong> <span class="stranger">{safeText(error.message)}</span> <code>{error.code}</code>
    </p>
  );
}

/** For who looks at it from another tab. */
function titleOf({ state, progress }: JobView, name: string): string {
  const begun = state === "running" && progress.total > 0;
  const share = begun ? `${shareText(progress.done, progress.total)} ` : hasEnded(state) ? `${state}: ` : "";
  return `${share}${name} · Valence`;
}
