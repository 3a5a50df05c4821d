/** A job's events through HTTP, sockets and the disk: readers that come back, and readers that come too late. */
import type { JobEvent } from "@valence/shared/job-event";
import type { JobView } from "@valence/shared/job-view";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { EVENTS_KEPT_MAX } from "./store/store.js";
import { type Message, messagesOf } from "./testing/event-source.js";
import { computingVolunteer, type RealGrid, realGrid } from "./testing/real-grid.js";
import { socketTo } from "./testing/socket-grid.js";

type Seen = { readonly number: number; readonly kind: string; readonly view?: JobView };
/** Reads from a number on, `atMost` messages or to the end; it then leaves. */
type Read = (job: string, since: number, atMost?: number) => Promise<Seen[]>;

let grid: RealGrid;
const leaving: (() => void)[] = [];
beforeEach(async () => {
  grid = await realGrid();
  await grid.publish("(x) => x");
});
afterEach(async () => {
  for (const leave of leaving.splice(0)) leave();
  await grid.dispose();
});

const overHttp: Read = async (job, since, atMost = Number.POSITIVE_INFINITY) => {
  const seen: Seen[] = [];
  const response = await grid.call(
    "GET",
    `/jobs/${job}/events`,
    undefined,
    since > 0 ? { "Last-Event-ID": `${since}` } : {},
  );
  for await (const { id, event, data } of messagesOf(response)) {
    const { number, kind = event, view } = data as { number: number; kind?: string; view?: JobView };
    expect(String(number)).toBe(id);
    seen.push({ number, kind, ...(view ? { view } : {}) });
    if (seen.length >= atMost) break;
  }
  return seen;
};

const overSocket: Read = async (job, since, atMost = Number.POSITIVE_INFINITY) => {
  const socket = socketTo(grid.serving, "/watch");
  const seen: Seen[] = [];
  socket.on(
    "events",
    ({ type, events, number, view }: { type: string; events?: JobEvent[]; number: number; view: JobView }) => {
      if (events) for (const event of events) seen.push({ number: event.number, kind: event.kind });
      else seen.push({ number, kind: type, view });
    },
  );
  await socket.emitWithAck("subscribe", { job, since, token: grid.serving.adminToken });
  await vi.waitFor(() => expect(seen.length >= atMost || seen.at(-1)?.kind === "end").toBe(true), 30_000);
  socket.disconnect();
  return seen.slice(0, atMost);
};

async function work(compute: () => unknown): Promise<void> {
  const { socket } = await computingVolunteer(grid, compute);
  leaving.push(() => socket.disconnect());
}

const numbers = (seen: readonly Seen[]) => seen.map(({ number }) => number);
const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);
const now = async (job: string) => (await (await grid.call("GET", `/jobs/${job}`)).json()) as JobView;

describe.each([
  ["Server-Sent Events", overHttp],
  ["/watch", overSocket],
])("over %s", (_, read) => {
  test("[W1] [W3] who disconnects and comes back with the last number misses nothing, and ends with the final state", async () => {
    const { id } = await grid.submit({ atom: "atom", input: { list: [1, 2, 3] }, reduce: "sum" });
    const post = (verb: string) => grid.call("POST", `/jobs/${id}/${verb}`);
    const first = await read(id, 0, 1);
    await post("pause");
    const second = await read(id, 1, 2);
    await post("resume");
    await grid.restart();
    const rest = read(id, 3);
    await work(() => 5);
    const all = [...first, ...second, ...(await rest)];
    expect(all.map(({ kind }) => kind).join(" ")).toBe("queued act paused act queued running block succeeded end");
    expect(numbers(all)).toEqual([...upTo(1, 8), 8]);
    expect(all.at(-1)?.view).toEqual(await now(id));
    expect(all.at(-1)?.view).toMatchObject({ state: "succeeded", result: 15 });
  });

  test("[W2] [W3] [S9] who comes too late, by one, gets the job as it is, and ends with the final state", async () => {
    const policy = { onFailure: { tolerate: 1 }, attemptsMax: 1 };
    const input = { range: { from: 0, to: EVENTS_KEPT_MAX, chunk: 1 } };
    const { id } = await grid.submit({ atom: "atom", input, reduce: "sum", policy });
    await work(() => "no number");
    await grid.until(id, ({ state }) => state === "succeeded");
    const newest = 2 + EVENTS_KEPT_MAX + 1; // Queued, running, a dead letter for each electron, and the end.
    const kept = await read(id, newest - EVENTS_KEPT_MAX);
    expect(numbers(kept)).toEqual([...upTo(newest - EVENTS_KEPT_MAX + 1, newest), newest]);
    const late = await read(id, newest - EVENTS_KEPT_MAX - 1);
    expect(late).toMatchObject([
      { kind: "reset", number: newest },
      { kind: "end", number: newest },
    ]);
    const final = await now(id);
    expect([kept.at(-1)?.view, late[0]?.view, late[1]?.view]).toEqual([final, final, final]);
  }, 60_000);
});

test("[W1] who knows the end of a job is told to stay away, until a retry goes on", async () => {
  const { id } = await grid.submit({ atom: "atom", input: { list: [1] }, reduce: "sum", policy: { attemptsMax: 1 } });
  await work(() => "no number");
  await grid.until(id, ({ state }) => state === "failed");
  const seen = await overHttp(id, 0);
  const last = seen.at(-1)?.number ?? 0;
  const again = () => grid.call("GET", `/jobs/${id}/events`, undefined, { "Last-Event-ID": String(last) });
  expect((await again()).status).toBe(204);
  await grid.call("POST", `/jobs/${id}/retry`);
  const messages: Message[] = [];
  for await (const message of messagesOf(await again())) messages.push(message);
  expect(messages[0]).toMatchObject({ id: String(last + 1), data: { kind: "act", act: "retry" } });
  expect(messages.at(-1)?.event).toBe("end");
});

test("[W5] a page that follows the list of jobs sees them come and end, and all of them after a reconnect", async () => {
  const { id } = await grid.submit({ atom: "atom", input: { list: [1] } });
  const followed = new Map<string, string>();
  const follow = async () => {
    const socket = socketTo(grid.serving, "/watch");
    leaving.push(() => socket.disconnect());
    socket.on(
      "jobs",
      ({ type, items = [], changed = [] }: Record<string, never> & { items?: JobView[]; changed?: JobView[] }) => {
        if (type === "reset") followed.clear();
        for (const job of [...items, ...changed]) followed.set(job.id, job.state);
      },
    );
    await socket.emitWithAck("subscribe", { jobs: true });
    return socket;
  };
  const socket = await follow();
  await vi.waitFor(() => expect([...followed]).toEqual([[id, "queued"]]));
  const other = await grid.submit({ atom: "atom", input: { list: [1] } });
  await vi.waitFor(() => expect(followed.get(other.id)).toBe("queued"), 5_000);
  socket.disconnect();
  await grid.call("POST", `/jobs/${id}/cancel`);
  await follow();
  await vi.waitFor(() =>
    expect([...followed]).toEqual([
      [other.id, "queued"],
      [id, "cancelled"],
    ]),
  );
});
