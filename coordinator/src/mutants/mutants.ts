/**
 * Faults that are put into the compiled code one at a time, each a line, to see that they are found. What is no fault to anybody
 * has no place here.
 */

/** The tests that must find a mutant: worlds of the simulation, or one file of unit tests. */
export type Judge = "simulation" | `coordinator/dist/${string}.test.js` | `shared/dist/${string}.test.js`;

export type Mutant = {
  /** Compiled, in the checkout. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly text: string;
  readonly replacement: string;
  /** What nobody could rely on any more. */
  readonly breaks: string;
  readonly judge: Judge;
};

const SQLITE = "coordinator/dist/store/sqlite.test.js";

export const MUTANTS: readonly Mutant[] = [
  {
    file: "coordinator/dist/core/reports.js",
    text: "else if (report.first !== lease.next)",
    replacement: "else if (false)",
    breaks: "a report that leaves electrons out counts for none: each result belongs to its own electron",
    judge: "simulation",
  },
  {
    file: "coordinator/dist/core/reports.js",
    text: "else if (end <= lease.next) {",
    replacement: "else if (end < lease.next) {",
    breaks: "a report that comes twice is acknowledged again: its sender need not keep it for ever",
    judge: "simulation",
  },
  {
    file: "coordinator/dist/core/reports.js",
    text: "if (end <= lease.durable)",
    replacement: "if (true)",
    breaks: "what is acknowledged is durable",
    judge: "simulation",
  },
  {
    file: "coordinator/dist/core/reports.js",
    text: "block.fold = reducer.merge(block.fold, fold);",
    replacement: ";",
    breaks: "the aggregate of a finished block has all of its electrons, also after a restart",
    judge: "simulation",
  },
  {
    file: "coordinator/dist/core/restore.js",
    text: "block.fold = job.reducer?.merge(block.fold, fold);",
    replacement: ";",
    breaks: "a block that was begun before a restart and finished after it has all of its electrons",
    judge: "simulation",
  },
  {
    file: "coordinator/dist/core/leases.js",
    text: "giveBack(state, lease, lease.next);",
    replacement: ";",
    breaks: "what a lease has not done when it ends is ready again",
    judge: "simulation",
  },
  {
    file: "coordinator/dist/core/leases.js",
    text: "if (lease.twin) {",
    replacement: "if (false) {",
    breaks: "an electron that another slot is at as well is not ready when one of both gives it up",
    judge: "simulation",
  },
  {
    file: "coordinator/dist/core/reports.js",
    text: "beatTwin(state, lease);",
    replacement: ";",
    breaks: "of an electron and its copy one counts",
    judge: "simulation",
  },
  {
    file: "coordinator/dist/core/reports.js",
    text: "Math.min(done, lease.to - lease.next)",
    replacement: "done",
    breaks: "what was taken back from a lease counts for whom it was given to",
    judge: "coordinator/dist/core/tail.test.js",
  },
  {
    file: "coordinator/dist/core/lend.js",
    text: "if (!once)",
    replacement: "if (true)",
    breaks: "what may run once at most is not sent before its grant is durable",
    judge: "simulation",
  },
  {
    file: "coordinator/dist/core/endings.js",
    text: "return lease.sent && !(told && lease.starts === 0);",
    replacement: "return lease.sent && !told;",
    breaks: "what may run once at most and has begun does not run again",
    judge: "simulation",
  },
  {
    file: "coordinator/dist/core/failures.js",
    text: "attempts >= policy.attemptsMax",
    replacement: "attempts > policy.attemptsMax",
    breaks: "an electron has no more attempts than its policy gives it",
    judge: "simulation",
  },
  {
    file: "coordinator/dist/core/sessions.js",
    text: "const dropped = openLeases(session).filter((lease) => !listed.has(lease.id));",
    replacement: "const dropped = [];",
    breaks: "a lease that its holder does not know of goes back",
    judge: "simulation",
  },
  {
    file: "coordinator/dist/core/journal.js",
    text: "first && first.id <= id",
    replacement: "first && first.id < id",
    breaks: "what is durable is shown and acknowledged",
    judge: "simulation",
  },
  {
    file: "coordinator/dist/store/memory-tables.js",
    text: "ungrant: ({ lease }) => [remove(this.grants, lease)],",
    replacement: "ungrant: () => [],",
    breaks: "a lease that has ended does not come back with a restart",
    judge: "simulation",
  },
  {
    file: "coordinator/dist/store/memory-tables.js",
    text: "const rows = job.rows.filter((row) => row.block !== block);",
    replacement: "const rows = job.rows;",
    breaks: "the rows of a finished block count once, in its aggregate",
    judge: "simulation",
  },
  {
    file: "coordinator/dist/store/sqlite-writes.js",
    text: " AND block = ?2`,",
    replacement: " AND ?2 = ?2`,",
    breaks: "the rows of blocks that are not finished are kept",
    judge: SQLITE,
  },
  {
    file: "coordinator/dist/store/sqlite-engine.js",
    text: "if (changes === 0 && MUST_CHANGE.includes(name))",
    replacement: "if (false)",
    breaks: "a commit about a job that is not there is refused, and nothing of it is done",
    judge: SQLITE,
  },
  {
    file: "coordinator/dist/store/sqlite-engine.js",
    text: "return calls.flatMap((call) => this.commit([call]));",
    replacement: "return calls.map(({ id }) => ({ id, error }));",
    breaks: "a commit that is refused takes none of those with it that were written beside it",
    judge: SQLITE,
  },
  {
    file: "shared/dist/volunteer/volunteer.js",
    text: "for (const report of this.#outbox.reports())",
    replacement: "for (const report of [])",
    breaks: "a new link repeats what the old one may have lost",
    judge: "simulation",
  },
  {
    file: "shared/dist/volunteer/outbox.js",
    text: "entry.end <= reported)",
    replacement: "entry.end <= reported + 1)",
    breaks: "a report is kept until all of it is durable",
    judge: "simulation",
  },
  {
    file: "shared/dist/volunteer/lease-queue.js",
    text: "if (grant.lease <= this.#newest)",
    replacement: "if (false)",
    breaks: "a grant that comes twice is worked on once",
    judge: "simulation",
  },
  {
    file: "shared/dist/volunteer/lease-queue.js",
    text: "if (suspects === 1)",
    replacement: "if (true)",
    breaks: "the charge falls on the electron that killed its worker, and on no other",
    judge: "simulation",
  },
  {
    file: "shared/dist/volunteer/volunteer.js",
    text: "slot.flush(now);",
    replacement: ";",
    breaks: "what a leaving volunteer has finished of its lease is kept",
    judge: "simulation",
  },
];
