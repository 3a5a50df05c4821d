/** Contract: jobs, what is listed of them, what goes on after a restart, their failures, and what goes when they are deleted. */
import { expect, test } from "vitest";
import type { UnderTest } from "./contract.js";
import {
  bytes,
  electronOf,
  eventOf,
  failureOf,
  grantOf,
  PI,
  recordOf,
  report,
  statusOf,
  submit,
} from "./contract-samples.js";
import type { Store } from "./store.js";

export function jobContract(now: UnderTest): void {
  test("a job comes back whole; listed, it is without its list", async () => {
    const { store } = now();
    const { list, ...record } = recordOf({ name: "π", list: bytes(1, 2, 3), spec: bytes(9, 8) });
    await store.commit([{ type: "submit", job: { ...record, list }, status: statusOf() }]);
    const listed = { record, status: statusOf(), lastEvent: 0 };
    expect(await store.job("j1")).toEqual(listed);
    expect(await store.jobs({ limit: 1 })).toEqual([listed]);
    const nothing = { blocks: [], rows: [], grants: [], electrons: [], keptBytes: 0, lastEvent: 0 };
    expect(await store.saved("j1")).toEqual({ record: { ...record, list }, status: statusOf(), ...nothing });
  });

  test("a job that is not there is null, and has nothing", async () => {
    const { store } = now();
    expect(await store.job("j1")).toBeNull();
    expect(await store.saved("j1")).toBeNull();
    expect(await store.events("j1", { since: 0, limit: 9 })).toEqual([]);
    expect(await store.deadLetters("j1", { after: -1, limit: 9 })).toEqual([]);
    expect(await store.resultsByCommit("j1", { afterRow: 0, limit: 9 })).toEqual([]);
    expect(await store.resultsByElectron("j1", { from: 0, to: 9, limit: 9 })).toEqual([]);
  });

  test("a status is written whole", async () => {
    const { store } = now();
    const error = { code: "dead_letter", message: "electron 3 failed" };
    const times = { startedAt: 1_001, endedAt: 1_002 };
    const counts = { chunk: 50, done: 1, dead: 2, skipped: 3 };
    const ended = statusOf({ state: "failed", error, ...times, ...counts, aggregate: bytes(5) });
    await store.commit([submit(), { type: "status", job: "j1", status: ended }]);
    expect((await store.job("j1"))?.status).toEqual(ended);
    await store.commit([{ type: "status", job: "j1", status: statusOf({ state: "running" }) }]);
    expect((await store.job("j1"))?.status).toEqual(statusOf({ state: "running" }));
  });

  test("unfinished jobs are those queued, running and paused, oldest first", async () => {
    const { store } = now();
    const states = ["paused", "succeeded", "running", "failed", "queued", "cancelled"] as const;
    await store.commit(states.map((state, n) => submit({ id: state, createdAt: 100 - n }, { state })));
    await store.commit([submit({ id: "a", createdAt: 98 })]);
    expect((await store.unfinished()).map(({ record }) => record.id)).toEqual(["queued", "a", "running", "paused"]);
  });

  test("jobs are listed newest first, in pages, those of one millisecond by id", async () => {
    const { store } = now();
    const jobs = [submit({ id: "b" }), submit({ id: "z", createdAt: 999 }), submit({ id: "c" }), submit({ id: "a" })];
    await store.commit(jobs);
    expect(await ids(store, { limit: 2 })).toEqual(["c", "b"]);
    expect(await ids(store, { limit: 9, before: "b" })).toEqual(["a", "z"]);
    expect(await ids(store, { limit: 9, before: "z" })).toEqual([]);
    expect(await ids(store, { limit: 9, before: "nowhere" })).toEqual([]);
  });

  test("jobs are filtered by state, name, and atom by id or by name", async () => {
    const { store } = now();
    const newer = PI.replace(/0$/, "1");
    await store.commit([
      submit({ id: "1", name: "x" }),
      submit({ id: "2", atom: newer }),
      submit({ id: "3", atom: PI.replace("pi", "pi2"), name: "x" }, { state: "running" }),
    ]);
    expect(await ids(store, { limit: 9, state: "queued" })).toEqual(["2", "1"]);
    expect(await ids(store, { limit: 9, name: "x" })).toEqual(["3", "1"]);
    expect(await ids(store, { limit: 9, atom: "pi" })).toEqual(["2", "1"]);
    expect(await ids(store, { limit: 9, atom: newer })).toEqual(["2"]);
    expect(await ids(store, { limit: 9, atom: "pi", state: "queued", name: "x", before: "2" })).toEqual(["1"]);
    expect(await ids(store, { limit: 9, atom: "p" })).toEqual([]);
  });
}

export function electronContract(now: UnderTest): void {
  test("a grant is there until it ends", async () => {
    const { store } = now();
    const [first, second] = [grantOf(1), grantOf(2, { slot: 3, attempt: 2, block: 5, span: { from: 7, to: 8 } })];
    await store.commit([submit(), { type: "grant", grant: second }, { type: "grant", grant: first }]);
    expect((await store.saved("j1"))?.grants).toEqual([first, second]);
    await store.commit([{ type: "ungrant", lease: 1 }]);
    expect((await store.saved("j1"))?.grants).toEqual([second]);
  });

  test("an electron that failed is written over each time", async () => {
    const { store } = now();
    const suspects = { failedOn: ["vera", "ada"], diedOn: ["ada"], vanishedWith: ["bo"] };
    const again = electronOf(4, { attempts: 2, readyAt: 0, suspects });
    const electrons = [electronOf(9), again, electronOf(9, { state: "dead" })];
    await store.commit([submit(), ...electrons.map((electron) => ({ type: "electron", electron }) as const)]);
    expect((await store.saved("j1"))?.electrons).toEqual([electrons[1], electrons[2]]);
  });

  test("an electron that recovered is not remembered; that one which is not there recovers is no contradiction", async () => {
    const { store } = now();
    await store.commit([submit(), { type: "electron", electron: electronOf(3) }]);
    const recovered = { type: "recovered", job: "j1" } as const;
    await store.commit([
      { ...recovered, electron: 3 },
      { ...recovered, electron: 4 },
    ]);
    expect((await store.saved("j1"))?.electrons).toEqual([]);
  });

  test("dead letters come with every failure, oldest first, in pages; a retried one is none", async () => {
    const { store } = now();
    const failures = [failureOf(5, 1, { stack: "at f" }), failureOf(2, 1), failureOf(5, 2, { code: "time_out" })];
    const dead = [5, 2, 8].map((electron) => electronOf(electron, { state: "dead", attempts: electron }));
    await store.commit([submit(), ...failures.map((failure) => ({ type: "failure", failure }) as const)]);
    await store.commit([...dead, electronOf(6)].map((electron) => ({ type: "electron", electron })));
    const [two, five, eight] = [
      { electron: 2, attempts: 2, failures: [failures[1]] },
      { electron: 5, attempts: 5, failures: [failures[0], failures[2]] },
      { electron: 8, attempts: 8, failures: [] },
    ];
    expect(await store.deadLetters("j1", { after: -1, limit: 2 })).toEqual([two, five]);
    expect(await store.deadLetters("j1", { after: 5, limit: 2 })).toEqual([eight]);
    await store.commit([{ type: "electron", electron: electronOf(5, { attempts: 0 }) }]);
    expect(await store.deadLetters("j1", { after: -1, limit: 9 })).toEqual([two, eight]);
  });
}

export function deleteContract(now: UnderTest): void {
  test("a list is read by itself", async () => {
    const { store } = now();
    await store.commit([{ type: "submit", job: recordOf({ list: bytes(1, 2, 3) }), status: statusOf() }]);
    expect(await store.list("j1")).toEqual(bytes(1, 2, 3));
    expect(await store.list("nobody")).toBeNull();
  });

  test("deleting a job removes all that belongs to it, and nothing else", async () => {
    const { store } = now();
    await store.commit([submit({ id: "j2" }), report(0, { job: "j2", results: bytes(2) })]);
    const other = await store.saved("j2");
    await fill(store);
    await store.commit([{ type: "delete", job: "j1" }]);
    expect(await store.saved("j1")).toBeNull();
    expect(await ids(store, { limit: 9 })).toEqual(["j2"]);
    await store.commit([submit(), { type: "grant", grant: grantOf(1) }, { type: "event", event: eventOf(1) }]);
    const empty = { blocks: [], rows: [], electrons: [], keptBytes: 0, lastEvent: 1 };
    expect(await store.saved("j1")).toMatchObject(empty);
    expect(await store.resultsByCommit("j1", { afterRow: 0, limit: 9 })).toEqual([]);
    expect(await store.deadLetters("j1", { after: -1, limit: 9 })).toEqual([]);
    expect(await store.saved("j2")).toEqual(other);
  });

  test("[D8] ended jobs are found by when they ended, the oldest first", async () => {
    const { store } = now();
    const ended = [4, 2, 3].map((endedAt) => submit({ id: `at ${endedAt}` }, { state: "failed", endedAt }));
    await store.commit([
      submit({ id: "running" }, { state: "running" }),
      ...ended,
      submit({ id: "b" }, { endedAt: 3 }),
    ]);
    expect(await store.endedJobs({ before: 4, limit: 9 })).toEqual(["at 2", "at 3", "b"]);
    expect(await store.endedJobs({ before: 4, limit: 1 })).toEqual(["at 2"]);
    expect(await store.endedJobs({ before: 2, limit: 9 })).toEqual([]);
  });
}

/** One row of everything that can belong to a job. */
function fill(store: Store): Promise<void> {
  return store.commit([
    submit({ list: bytes(1) }),
    report(0, { results: bytes(1) }),
    report(70_000, { block: 1 }),
    { type: "block", job: "j1", block: 0, aggregate: bytes(1) },
    { type: "grant", grant: grantOf(1) },
    { type: "failure", failure: failureOf(3, 1) },
    { type: "electron", electron: electronOf(3, { state: "dead" }) },
    { type: "event", event: eventOf(1) },
  ]);
}

async function ids(store: Store, query: Parameters<Store["jobs"]>[0]): Promise<string[]> {
  return (await store.jobs(query)).map(({ record }) => record.id);
}
