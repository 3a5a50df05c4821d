import { encodeValue } from "@valence/shared/value-codec";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { specOf } from "../core/fixtures.js";
import type { JobSpec } from "../core/job-spec.js";
import { openCoordinator } from "../open-coordinator.js";
import { atomOf, eventOf, recordOf, statusOf, submit, uploadOf, whole } from "../store/contract-samples.js";
import { memoryStore } from "../store/memory.js";
import type { Store } from "../store/store.js";
import { memoryLog } from "../testing/http-grid.js";
import { EVENTS_KEPT_MS, forgetOldEvents, forgetOldWork } from "./retention.js";

const NOW = 10 * EVENTS_KEPT_MS;

beforeEach(() => void vi.spyOn(Date, "now").mockReturnValue(NOW));
afterEach(() => void vi.restoreAllMocks());

test("[S9] events are forgotten in small commits once their job ended more than 7 days ago", async () => {
  const asked: unknown[] = [];
  const forgetEvents = async (query: unknown) => asked.push(query) < 3;
  await forgetOldEvents({ forgetEvents });
  expect(asked).toEqual(Array(3).fill({ endedBefore: NOW - EVENTS_KEPT_MS, limit: 500 }));
  expect(EVENTS_KEPT_MS).toBe(7 * 24 * 60 * 60 * 1_000);
});

test("[S9] a coordinator forgets them by itself: at the limit none, one past it all but the newest", async () => {
  const store = memoryStore();
  const ended = (id: string, endedAt: number) => [
    submit({ id }),
    ...[1, 2, 3].map((number) => ({ type: "event", event: eventOf(number, { job: id }) }) as const),
    { type: "status", job: id, status: statusOf({ state: "failed", endedAt }) } as const,
  ];
  await store.commit([...ended("at", NOW - EVENTS_KEPT_MS), ...ended("past", NOW - EVENTS_KEPT_MS - 1)]);
  const coordinator = await openCoordinator({ store, log: memoryLog([]) });
  const numbers = async (job: string) => (await store.events(job, { since: 0, limit: 9 })).map(({ number }) => number);
  await vi.waitFor(async () => expect(await numbers("past")).toEqual([3]));
  expect(await numbers("at")).toEqual([1, 2, 3]);
  await coordinator.close();
});

describe("[D8] ended jobs and unused atoms", () => {
  const KEEP_MS = 3 * 24 * 3_600_000;
  let store: Store;
  let logged: Record<string, unknown>[];
  beforeEach(() => {
    store = memoryStore();
    logged = [];
  });

  /** An ended job of this atom, over that upload. */
  const ended = (
    id: string,
    { endedAt, atom, upload = null }: { endedAt: number; atom: string; upload?: string | null },
  ) => {
    const input = { kind: "list", total: 1, ...(upload === null ? {} : { upload }) } as JobSpec["input"];
    const record = recordOf({ id, atom, upload, spec: encodeValue({ ...specOf({ id }), input } as never) });
    return { type: "submit", job: record, status: statusOf({ state: "failed", endedAt }) } as const;
  };
  const open = (keepDays: number | null) => openCoordinator({ store, log: memoryLog(logged), keepDays });
  const jobs = async () => (await store.jobs({ limit: 9 })).map(({ record }) => record.id).sort();
  const atoms = async () => (await store.atoms({ limit: 9 })).map(({ name }) => name).sort();
  const [used, unused, young] = [atomOf("used", 1), atomOf("unused", 2), atomOf("young", 3, { createdAt: NOW })];

  beforeEach(async () => {
    await store.commit([used, unused, young].map((atom) => ({ type: "atom", atom })));
    await store.commit([
      ...whole(uploadOf("shared", { createdAt: NOW })),
      ...whole(uploadOf("own", { createdAt: NOW })),
    ]);
    await store.commit([
      ended("at", { endedAt: NOW - KEEP_MS, atom: used.id, upload: "shared" }),
      ended("past", { endedAt: NOW - KEEP_MS - 1, atom: unused.id, upload: "shared" }),
      ended("older", { endedAt: 1, atom: unused.id, upload: "own" }),
    ]);
  });

  test("go by themselves once they are older than is kept, and uploads with the last job that used them", async () => {
    const coordinator = await open(3);
    await vi.waitFor(async () => expect(await atoms()).toEqual(["used", "young"]));
    expect(await jobs()).toEqual(["at"]);
    expect((await store.uploads({ limit: 9 })).map(({ id }) => id)).toEqual(["shared"]);
    expect(logged.map(({ event, job, atom }) => [event, job ?? atom])).toEqual([
      ["job_expired", "older"],
      ["job_expired", "past"],
      ["atom_expired", unused.id],
    ]);
    await coordinator.close();
  });

  test("stay for ever when the operator says so", async () => {
    const swept = vi.spyOn(store, "forgetEvents");
    const coordinator = await open(null);
    await vi.waitFor(() => expect(swept).toHaveResolvedWith(false)); // What comes after it would come now.
    expect(await jobs()).toEqual(["at", "older", "past"]);
    expect(await atoms()).toEqual(["unused", "used", "young"]);
    await coordinator.close();
  });

  test("a job that was retried meanwhile is kept, and one that cannot be deleted is not tried for ever", async () => {
    const expire = vi.fn(async (id: string) => id === "older" && (await store.job(id)) !== null && remove(id));
    const remove = async (job: string) => store.commit([{ type: "delete", job }]).then(() => true);
    const sweep = vi.fn(async () => []);
    await forgetOldWork({ store, jobs: { expire }, atoms: { sweep }, log: memoryLog(logged) }, 3);
    expect(expire.mock.calls.map(([id]) => id)).toEqual(["older", "past", "past"]);
    expect(sweep).toHaveBeenCalledTimes(1);
  });
});
