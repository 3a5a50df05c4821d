/** What a page says of a job that stands still, or has left something undone: the coordinator's words, and its own where a page can do more. Pure. */
import { count } from "@valence/shared/human";
import { hasEnded } from "@valence/shared/job-state";
import type { JobView } from "@valence/shared/job-view";
import type { ToldReason } from "@valence/shared/standstill";

export type Told = {
  readonly code: string;
  /** In the little Markdown of `Line`. */
  readonly text: string;
  /** Where to do something about it; the text goes on behind it. */
  readonly way: { readonly label: string; readonly href: string } | null;
  readonly rest: string;
  /** ISO 8601: when it changes by itself. */
  readonly until: string | null;
};

/** Where the dead letters of a job stand on its page. */
export const DEAD_LETTERS = "dead-letters";

/** `mayAct`: this visitor's token may steer the job and read what failed. `retriable`: what failed can be tried again, by whoever may. */
export type Means = { readonly mayAct: boolean; readonly retriable: boolean };

export function toldOf(job: JobView, reasons: readonly ToldReason[], means: Means): Told[] {
  const { dead } = job.progress;
  if (!hasEnded(job.state)) return reasons.map((reason) => ({ ...wordsFor(reason, means), ...whenOf(reason) }));
  return dead === 0 ? [] : [{ ...ofDeadLetters(dead, means), code: "dead_letters", until: null }];
}

type Words = Pick<Told, "text" | "way" | "rest">;

function wordsFor({ code, message, count: items }: ToldReason, means: Means): Words {
  if (code === "no_volunteers") {
    const way = { label: "Lend this tab", href: "/" };
    return { text: "No volunteer is connected.", way, rest: "or start one with `valence work`." };
  }
  if (code === "dead_letters") return ofDeadLetters(items ?? 0, means);
  if (code === "paused" && !means.mayAct) return plain("The job is paused. Whoever holds its token can let it go on.");
  return plain(message);
}

function ofDeadLetters(dead: number, { mayAct, retriable }: Means): Words {
  const text = dead === 1 ? "1 item failed for good." : `${count(dead)} items failed for good.`;
  const retry = `retry ${dead === 1 ? "it" : "them"}`;
  if (!mayAct) return plain(`${text} Whoever holds its token can see why${retriable ? `, and ${retry}` : ""}.`);
  const way = { label: "Read why", href: `#${DEAD_LETTERS}` };
  return { text, way, rest: `correct the cause, and ${retriable ? retry : "submit the job again"}.` };
}

function plain(text: string): Words {
  return { text, way: null, rest: "" };
}

function whenOf({ code, until }: ToldReason): Pick<Told, "code" | "until"> {
  return { code, until };
}
