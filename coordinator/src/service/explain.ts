/** Why nothing, or so little, of a job is running, in words that say what to do. */
import type { ExplainView } from "@valence/shared/job-view";
import type { ReasonCode } from "@valence/shared/reasons";
import { endWords } from "../core/ended.js";
import type { Reason } from "../core/explain.js";
import type { JobStatus } from "../core/writes.js";
import type { Engine } from "./engine.js";
import type { Found } from "./jobs.js";
import { iso, isoOrNull } from "./views.js";

/** What there is to ask: the core, and why the store takes nothing. */
type Explainer = Pick<Engine, "grid" | "now" | "fault">;

/** A job as found, explained: at work, or not any more. */
export function explained(engine: Explainer, { spec, status }: Pick<Found, "spec" | "status">): ExplainView {
  const reasons = engine.grid.explain(spec.id, engine.now()) ?? endReasons(status);
  const deadline = spec.deadlineAt ?? Number.POSITIVE_INFINITY;
  const told = reasons.map(({ code, count, until }) => {
    const tooLate = (until ?? engine.now().wall) >= deadline;
    const message = code === "ended" ? endSentence(status) : SENTENCES[code](count, { fault: engine.fault, tooLate });
    return { code, message, count, until: until === null ? null : iso(until) };
  });
  return { job: spec.id, state: status.state, deadline: isoOrNull(spec.deadlineAt), reasons: told };
}

function endReasons({ dead }: Pick<JobStatus, "dead">): Reason[] {
  const ended = { code: "ended", count: null, until: null } as const;
  return dead === 0 ? [ended] : [ended, { code: "dead_letters", count: dead, until: null }];
}

/** `fault` is why the store takes nothing, where it has said so; `tooLate`: the deadline comes before that changes, or has passed. */
type Around = { readonly fault: string | null; readonly tooLate: boolean };
type Sentence = (count: number | null, around: Around) => string;

const TOO_LATE = "The job's deadline comes first.";

const SENTENCES: Readonly<Record<Exclude<ReasonCode, "ended">, Sentence>> = {
  paused: () => "The job is paused: resume it to let it go on.",
  draining: () => "The coordinator is stopping: the job goes on when it is there again.",
  store_stuck: (_, { fault }) =>
    `What is done cannot be kept${fault === null ? "" : ` (${fault})`}: see to the coordinator's disk; then all goes on by itself.`,
  no_volunteers: () =>
    "No volunteer is connected: start one with `valence work`, or open the coordinator's address in a browser.",
  foreign_atom: (count) =>
    `Strangers' atoms are refused by ${many(count, "volunteer")}: start volunteers with the token that published this one, with \`--pin\` or with \`--allow-unsandboxed\`, or open the coordinator's address in a browser, which has a sandbox.`,
  source_unreachable: (count) =>
    `The atom could not be fetched by ${many(count, "volunteer")}: look whether they reach the coordinator over HTTP as they do over its socket.`,
  declined: (count) => `The atom was declined by ${many(count, "volunteer")}: see what they say about it.`,
  kept_off: (count) =>
    `Nothing of this atom is given to ${many(count, "volunteer")} for a while, because others completed what had failed there: look at these machines.`,
  measuring: (count) =>
    count === null
      ? "How much fits a chunk is not measured yet: connect a volunteer, wait until one is free, or give the range a fixed chunk."
      : `How much fits a chunk is being measured by ${many(count, "volunteer")}: it takes some 2 s, or as long as one call.`,
  back_off: (count, { tooLate }) =>
    `Waiting for the next try after a failure: ${many(count, "item")}. ${tooLate ? TOO_LATE : "Wait: it comes by itself."}`,
  left_to_others: (count, { tooLate }) =>
    `Waiting for another volunteer than those that failed them: ${many(count, "electron")}. One is there, and busy; ${tooLate ? "" : "wait, or "}connect more.`,
  behind_other_jobs: (count) =>
    `It is the turn of ${many(count, "other job")}: wait, connect more volunteers, or cancel what is less urgent. A priority is given when a job is submitted.`,
  behind_paused_jobs: (count) =>
    `Slots are still busy with electrons of ${many(count, "paused job")}: wait until these are through, or cancel what is paused to free the slots.`,
  kept_for_absent: (count, { tooLate }) =>
    `Kept for volunteers that are cut off, silent, or not back since the coordinator started: ${many(count, "item")}. ${tooLate ? TOO_LATE : "Wait: others are given what these do not come back for."}`,
  all_leased: (count) =>
    `Nothing more is left to give out, and being computed: ${many(count, "item")}. Wait: what is late goes to idle volunteers too, where it may be tried twice.`,
  committing: (count) =>
    count === null
      ? "The job is about to end: its last commit waits for the coordinator's disk."
      : `Computed, and waiting for the coordinator's disk: ${many(count, "item")}.`,
  dead_letters: (count, { tooLate }) =>
    `Failed for good: ${many(count, "item")}. Read the dead letters, correct the cause, and ${tooLate ? "submit the job again" : "retry them"}.`,
  running: (count) =>
    count === null ? "Nothing keeps it: it goes on with the next free slot." : `At work on it: ${many(count, "slot")}.`,
};

function endSentence({ state, error }: Pick<JobStatus, "state" | "error">): string {
  return `The job ${endWords(state)}${error === null ? "" : `: ${error.message} (${error.code})`}.`;
}

/** `1 volunteer`, `3 volunteers`. */
function many(count: number | null, noun: string): string {
  return `${(count ?? 0).toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
