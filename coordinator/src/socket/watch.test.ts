import { GridError } from "@valence/shared/errors";
import type { JobView } from "@valence/shared/job-view";
import { SUBSCRIPTIONS_MAX } from "@valence/shared/limits";
import type { Socket } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Caller } from "../api.js";
import { fakeApi, JOB } from "../testing/fake-api.js";
import { TOKEN } from "../testing/http-grid.js";
import { closing, type SocketGrid, socketGrid, socketTo } from "../testing/socket-grid.js";
import { ownerOf } from "../tokens.js";

type Watch = { job: string; caller: Caller; onView: (view: JobView) => void; off: boolean };

let grid: SocketGrid;
let socket: Socket;
let watches: Watch[];
let ready: Promise<void>;

async function watch(job: string, caller: Caller, onView: (view: JobView) => void): Promise<() => void> {
  if (job === "j404") throw new GridError("unknown_job", "There is no job j404.");
  if (job === "j500") throw new TypeError("secret of the inside");
  const watched: Watch = { job, caller, onView, off: false };
  watches.push(watched);
  onView({ ...JOB, id: job });
  await ready;
  return () => {
    watched.off = true;
  };
}

beforeEach(async () => {
  watches = [];
  ready = Promise.resolve();
  grid = await socketGrid({ api: fakeApi({ watch }) });
  socket = socketTo(grid, "/watch");
});
afterEach(async () => {
  socket.disconnect();
  await grid.close();
});

const subscribe = (body: unknown): Promise<unknown> => socket.emitWithAck("subscribe", body);
const shown = (...doneOf: number[]) => doneOf.map((done) => ({ ...JOB, progress: { ...JOB.progress, done } }));

function viewsSeen(): JobView[] {
  const views: JobView[] = [];
  socket.on("view", (view: JobView) => views.push(view));
  return views;
}

describe("subscribing", () => {
  test("is acknowledged with the present view, and later views follow", async () => {
    const views = viewsSeen();
    expect(await subscribe({ job: "j1" })).toEqual(JOB);
    for (const view of shown(11, 12)) {
      watches[0]!.onView(view);
      await vi.waitFor(() => expect(views.at(-1)).toEqual(view));
    }
    expect(views).toEqual(shown(11, 12));
  });

  test("with a token makes its holder the owner", async () => {
    await subscribe({ job: "j1" });
    await subscribe({ job: "j2", token: TOKEN });
    expect(watches.map(({ caller }) => caller)).toEqual([
      { owner: null, admin: false },
      { owner: ownerOf(TOKEN), admin: true },
    ]);
  });

  test("again begins anew, and nothing comes twice", async () => {
    const views = viewsSeen();
    await subscribe({ job: "j1" });
    await subscribe({ job: "j1", token: TOKEN });
    expect(watches.map(({ off }) => off)).toEqual([true, false]);
    for (const { onView } of watches) onView(shown(11)[0]!);
    await subscribe({ job: "j2" });
    expect(views).toHaveLength(1);
  });

  test.each([
    [{ job: "j404" }, "unknown_job"],
    [{ job: "j1", token: "wrong" }, "forbidden"],
    [{ job: "" }, "invalid_request"],
    [{ job: "x".repeat(41) }, "invalid_request"],
    [{ job: "j1", every: 5 }, "invalid_request"],
    [null, "invalid_request"],
    [{ job: "j500" }, "internal"],
  ])("%j is answered with %s", async (body, code) => {
    const answer = await subscribe(body);
    expect(answer).toEqual({ code, message: expect.any(String) });
    expect(JSON.stringify(answer)).not.toContain("secret");
    expect(socket.connected).toBe(true);
  });

  test("holds for 64 jobs of a socket, and not for one more", async () => {
    const jobs = Array.from({ length: SUBSCRIPTIONS_MAX }, (_, n) => ({ job: `j${1_000 + n}` }));
    expect(await Promise.all(jobs.map(subscribe))).toMatchObject(jobs.map(({ job }) => ({ id: job })));
    expect(await subscribe({ job: "j1" })).toMatchObject({ code: "invalid_request" });
    expect(await subscribe(jobs[0])).toMatchObject({ id: "j1000" });
    await socket.emitWithAck("unsubscribe", jobs[1]);
    expect(await subscribe({ job: "j1" })).toEqual(JOB);
  });

  test("too often is answered with too_many_requests", async () => {
    await grid.close();
    grid = await socketGrid({ api: fakeApi({ watch }), pace: { subscribesPerSecond: 1 } });
    socket = socketTo(grid, "/watch");
    const answers = await Promise.all(Array.from({ length: 11 }, () => subscribe({ job: "j1" })));
    expect(answers.filter((answer) => (answer as { code?: string }).code === "too_many_requests")).toHaveLength(1);
  });
});

describe("a subscription ends", () => {
  test("by unsubscribing, however often", async () => {
    await subscribe({ job: "j1" });
    expect(await socket.emitWithAck("unsubscribe", { job: "j1" })).toBeNull();
    expect(await socket.emitWithAck("unsubscribe", { job: "j1" })).toBeNull();
    expect(watches[0]!.off).toBe(true);
  });

  test("when its socket closes, also while it is being set up", async () => {
    let release = () => {};
    ready = new Promise((resolve) => {
      release = resolve;
    });
    await subscribe({ job: "j1" });
    const closedSocket = closing(socket);
    socket.disconnect();
    await closedSocket;
    release();
    await vi.waitFor(() => expect(watches[0]!.off).toBe(true));
  });
});

test("[H9] a slow watcher gets the last view and not all before it", async () => {
  const views = viewsSeen();
  await subscribe({ job: "j1" });
  const large = (done: number) => ({ ...JOB, result: "x".repeat(1_000_000), rate: done });
  for (let done = 1; done <= 50; done++) watches[0]!.onView(large(done));
  await vi.waitFor(() => expect(views.at(-1)?.rate).toBe(50));
  expect(views.length).toBeLessThan(10);
});

test.each<[string, unknown[]]>([
  ["subscribe", [{ job: "j1" }]],
  ["subscribe", [{ job: "j1" }, 1]],
  ["publish", [{ job: "j1" }]],
  ["error", ["x"]],
])("the event %s with %j closes the socket", async (event, args) => {
  await subscribe({ job: "j9" });
  socket.emit(event, ...args);
  await closing(socket);
  await vi.waitFor(() => expect(watches[0]!.off).toBe(true));
  expect(grid.logged).toMatchObject([{ event: "socket_refused", code: "bad_message", namespace: "/watch" }]);
});

test("another version of the protocol is refused, no version is not", async () => {
  for (const [auth, event] of [
    [{ version: 2 }, "connect_error"],
    [{}, "connect"],
  ] as const) {
    const other = socketTo(grid, "/watch", { auth });
    await new Promise((resolve) => other.once(event, resolve as () => void));
    other.disconnect();
  }
});
