/** Forgets the events of jobs that ended long ago, a handful at a time, so that no commit waits for it. */
import type { Statements } from "./sqlite-statements.js";
import type { Store } from "./store.js";

export type ForgetQuery = Parameters<Store["forgetEvents"]>[0];

/** A job that has nothing left but its newest event leaves the table `ended`, and is not looked at again. */
export function forgetEvents(statements: Statements, { endedBefore, limit }: ForgetQuery): boolean {
  let left = limit;
  while (left > 0) {
    const oldest = statements.get("SELECT job FROM ended WHERE at < ? ORDER BY at LIMIT 1").get(endedBefore);
    if (oldest === undefined) return false;
    const { job } = oldest as { job: number };
    const { changes } = statements.get(FORGET).run(job, left);
    if (Number(changes) < left) statements.get("DELETE FROM ended WHERE job = ?").run(job);
    left -= Math.max(1, Number(changes)); // A job without old events costs something, too.
  }
  return true;
}

const FORGET = `DELETE FROM events WHERE rowid IN (SELECT rowid FROM events WHERE job = ?1
  AND number < (SELECT max(number) FROM events WHERE job = ?1) ORDER BY number LIMIT ?2)`;
