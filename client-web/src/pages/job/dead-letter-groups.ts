/** Dead letters that failed of the same, together: a thousand of them are seldom a thousand faults. Pure. */
import type { DeadLetterView } from "@valence/shared/job-view";

/** One electron, and the error that ended it. */
type Ended = {
  readonly letter: DeadLetterView;
  readonly error: DeadLetterView["errors"][number];
};

export type DeadLetterGroup = {
  readonly key: string;
  readonly code: string;
  /** That of the first one. */
  readonly message: string;
  /** Whether the others differ from it, in their numbers. */
  readonly alike: boolean;
  /** By time. */
  readonly first: Ended;
  readonly last: Ended;
  /** In the order of electrons. */
  readonly members: readonly Ended[];
};

/** The largest group first. */
export function groupDeadLetters(letters: readonly DeadLetterView[]): DeadLetterGroup[] {
  const groups = new Map<string, Ended[]>();
  for (const letter of letters) {
    const error = letter.errors.at(-1);
    if (!error) continue;
    const key = `${error.code} ${patternOf(error.message)}`;
    const members = groups.get(key);
    if (members) members.push({ letter, error });
    else groups.set(key, [{ letter, error }]);
  }
  return [...groups].map(groupOf).sort((a, b) => b.members.length - a.members.length || compare(a.key, b.key));
}

function groupOf([key, members]: [string, Ended[]]): DeadLetterGroup {
  const byTime = members.toSorted((a, b) => compare(a.error.at, b.error.at));
  const [first, last] = [byTime[0], byTime.at(-1)] as [Ended, Ended]; // a group has a member
  const alike = members.some(({ error }) => error.message !== first.error.message);
  return { key, code: first.error.code, message: first.error.message, alike, first, last, members };
}

/** The message without what tells one electron from the next: numbers, also within a word or a hash. */
function patternOf(message: string): string {
  return message.replace(/\b0x[0-9a-f]+|[+-]?\d+(?:[.,]\d+)*(?:e[+-]?\d+)?/gi, "#");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
