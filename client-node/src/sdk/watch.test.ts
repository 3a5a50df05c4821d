import { GridError } from "@valence/shared/errors";
import type { JobView } from "@valence/shared/job-view";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type FakeGrid, fakeGrid, JOB, TOKEN } from "../testing/fake-grid.js";
import { type PlainServer, plainServer } from "../testing/plain-server.js";
import { connect } from "./connect.js";
import { WatchSocket } from "./watch-socket.js";

let server: PlainServer | FakeGrid;
afterEach(() => server.close());

const done = (n: number): JobView => ({ ...JOB, progress: { ...JOB.progress, done: n } });
const ended = (state: JobView["state"], more: Partial<JobView> = {}): JobView => ({ ...done(100), state, ...more });
const job = (token?: string) => connect({ url: server.url, token }).job("j1");

/** Fills the list as views come, and resolves to it at the end. */
async function doneOf(views: AsyncIterable<JobView>, list: number[] = []): Promise<number[]> {
  for await (const { progress } of views) list.push(progress.done);
  return list;
}

/** A grid whose watchers are given to the test. */
async function watched(): Promise<{ show: (view: JobView) => void; watchers: () => number; asked: () => unknown[] }> {
  const watchers = new Set<(view: JobView) => void>();
  const callers: unknown[] = [];
  server = await fakeGrid({
    watch: async (_id, caller, onView) => {
      callers.push(caller);
      watchers.add(onView);
      onView(JOB);
      return () => watchers.delete(onView);
    },
  });
  const show = (view: JobView) => {
    for (const watcher of watchers) watcher(view);
  };
  return { show, watchers: () => watchers.size, asked: () => callers };
}

describe("over a socket", () => {
  test("views come until the job has ended, and then the subscription does", async () => {
    const { show, watchers, asked } = await watched();
    const seen: number[] = [];
    const views = doneOf(job(TOKEN).watch(), seen);
    await vi.waitFor(() => expect(watchers()).toBe(1));
    for (const n of [20, 30]) {
      show(done(n));
      await vi.waitFor(() => expect(seen).toContain(n));
    }
    show(ended("succeeded"));
    expect(await views).toEqual([10, 20, 30, 100]);
    await vi.waitFor(() => expect(watchers()).toBe(0));
    expect(asked()).toMatchObject([{ admin: true }]);
  });

  test("a slow reader gets the latest view, and the end", async () => {
    const { show, asked } = await watched();
    const grid = connect({ url: server.url });
    const views = grid.job("j1").watch();
    await views.next();
    const second = views.next();
    await vi.waitFor(() => expect(asked()).toHaveLength(1));
    // A reader on the same connection that is always ready: what it has seen has come to the slow one, too.
    const prompt = doneOf(grid.job("j1").watch());
    await vi.waitFor(() => expect(asked()).toHaveLength(2));
    show(done(20));
    expect((await second).value).toMatchObject({ progress: { done: 20 } });
    for (let n = 21; n < 60; n++) show(done(n));
    show(ended("failed"));
    expect((await prompt).at(-1)).toBe(100);
    expect(await doneOf(views)).toEqual([100]);
  });

  test("many watchers share connections", async () => {
    const { show, watchers } = await watched();
    const grid = connect({ url: server.url });
    const results = Array.from({ length: 5 }, () => grid.job("j1").result());
    await vi.waitFor(() => expect(watchers()).toBe(1));
    show(ended("succeeded", { result: 7 }));
    expect(await Promise.all(results)).toEqual([7, 7, 7, 7, 7]);
  });

  test("the answer is given before the subscription is left", async () => {
    const { show, watchers } = await watched();
    const left = vi.spyOn(WatchSocket.prototype, "remove");
    const result = job().result();
    await vi.waitFor(() => expect(watchers()).toBe(1));
    show(ended("succeeded", { result: 7 }));
    expect(await result).toBe(7);
    expect(left).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(watchers()).toBe(0));
    expect(left).toHaveBeenCalledOnce();
    left.mockRestore();
  });

  test("a job that is watched next is not asked for, while the connection stands", async () => {
    let asked = 0;
    server = await fakeGrid({
      job: async () => {
        asked += 1;
        return JOB;
      },
      watch: async (id, _caller, onView) => {
        onView(id === "j1" ? JOB : ended("succeeded", { id, result: 8 }));
        if (id === "j1") setImmediate(() => onView(ended("succeeded", { result: 7 })));
        return () => {};
      },
    });
    const grid = connect({ url: server.url });
    expect([await grid.job("j1").result(), await grid.job("j2").result()]).toEqual([7, 8]);
    expect(asked).toBe(1);
  });

  test("one that is refused on a standing connection is refused by name", async () => {
    const unknown = new GridError("unknown_job", "There is no job j2.");
    const refuse = async (id: string) => {
      if (id !== "j1") throw unknown;
      return JOB;
    };
    server = await fakeGrid({
      job: refuse,
      watch: async (id, _caller, onView) => {
        await refuse(id);
        setImmediate(() => onView(ended("succeeded", { result: 7 })));
        return () => {};
      },
    });
    const grid = connect({ url: server.url });
    expect(await grid.job("j1").result()).toBe(7);
    await expect(grid.job("j2").result()).rejects.toMatchObject({ code: "unknown_job" });
  });

  test("a watcher that has enough leaves", async () => {
    const { watchers, show } = await watched();
    const views = job().watch();
    await views.next();
    const second = views.next();
    await vi.waitFor(() => expect(watchers()).toBe(1));
    show(done(11));
    await second;
    await views.return();
    await vi.waitFor(() => expect(watchers()).toBe(0));
  });
});

describe("without a socket", () => {
  const answering = (views: readonly JobView[], port = 0) =>
    plainServer((request, response) => {
      if (!request.url?.startsWith("/api/")) response.writeHead(404);
      const n = Math.min(views.length, (server as PlainServer).asked.filter((line) => line.includes("/api/")).length);
      response.end(JSON.stringify(views[n - 1]));
    }, port);

  test("the job is asked for again until it has ended", async () => {
    server = await answering([done(1), done(1), done(2), ended("succeeded")]);
    expect(await doneOf(job().watch())).toEqual([1, 2, 100]);
  });

  test("a coordinator that restarts is waited for, and the watcher is told", async () => {
    server = await answering([done(1), done(2)]);
    const { port } = new URL(server.url);
    const told: boolean[] = [];
    const views = job().watch({ onReachable: (reachable) => told.push(reachable) });
    await views.next();
    await server.close();
    const rest = doneOf(views);
    await vi.waitFor(() => expect(told).toEqual([false]), { timeout: 5_000 });
    server = await answering([ended("succeeded")], Number(port));
    expect(await rest).toEqual([100]);
    expect(told).toEqual([false, true]);
  });

  test("one that stays away is given up where a limit says so", async () => {
    server = await answering([done(1)]);
    const views = job().watch({ silentMsMax: 0 });
    await views.next();
    await server.close();
    await expect(views.next()).rejects.toMatchObject({ code: "unreachable" });
  });
});

test("at the start nobody is waited for", async () => {
  server = await plainServer(() => {});
  await server.close();
  await expect(job().watch().next()).rejects.toMatchObject({ code: "unreachable" });
});

test("an abort ends a wait", async () => {
  await watched();
  await expect(doneOf(job().watch({ signal: AbortSignal.timeout(200) }))).rejects.toMatchObject({
    name: "TimeoutError",
  });
});

describe("result()", () => {
  const resultOf = async (view: JobView) => {
    server = await fakeGrid({ job: async () => view });
    return job().result();
  };

  test("is the aggregate as a value", async () => {
    expect(await resultOf(ended("succeeded", { result: { sum: { $num: "Infinity" } } }))).toEqual({
      sum: Number.POSITIVE_INFINITY,
    });
  });

  test("rejects with the reason of a failed job", async () => {
    const error = { code: "dead_letter", message: "Electron 3 has failed." };
    await expect(resultOf(ended("failed", { error }))).rejects.toMatchObject({
      name: "JobError",
      ...error,
      job: { id: "j1" },
    });
  });

  test("rejects for a cancelled job", async () => {
    await expect(resultOf(ended("cancelled"))).rejects.toMatchObject({
      code: "cancelled",
      message: "The job was cancelled.",
    });
  });
});
