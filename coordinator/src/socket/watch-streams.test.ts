/** What `/watch` carries as streams: a job's events, and the list of jobs. */
import { once } from "node:events";
import { GridError } from "@valence/shared/errors";
import { SUBSCRIPTIONS_MAX } from "@valence/shared/limits";
import type { Socket } from "socket.io-client";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { EventFrame, JobsApi, JobsFrame } from "../api.js";
import { fakeApi, JOB } from "../testing/fake-api.js";
import { TOKEN } from "../testing/http-grid.js";
import { type SocketGrid, socketGrid, socketTo } from "../testing/socket-grid.js";
import { steady } from "../testing/steady.js";
import { ownerOf } from "../tokens.js";

let grid: SocketGrid;
let socket: Socket;
afterEach(async () => {
  socket.disconnect();
  await grid.close();
});

const asked = vi.fn();
const subscribe = (body: unknown): Promise<unknown> => socket.emitWithAck("subscribe", body);
const queued = (number: number) => ({ number, at: JOB.createdAt, kind: "queued" as const });

/** A grid whose jobs have these events, and whose list has these frames. */
async function gridOf(streams: {
  events?: (signal: AbortSignal) => AsyncIterable<EventFrame>;
  list?: (signal: AbortSignal) => AsyncIterable<JobsFrame>;
}): Promise<void> {
  const events: JobsApi["events"] = async (id, query, caller, signal) => {
    asked({ id, query, caller });
    return { over: false, frames: streams.events?.(signal) ?? waiting(signal) };
  };
  const watchJobs: JobsApi["watchJobs"] = (_caller, signal) => streams.list?.(signal) ?? waiting(signal);
  grid = await socketGrid({ api: fakeApi({ events, watchJobs }) });
  socket = socketTo(grid, "/watch");
}

async function* waiting(signal: AbortSignal): AsyncGenerator<never> {
  await once(signal, "abort");
  yield* [];
}

/** Messages of one name, as they come. */
function heard(name: string): unknown[] {
  const messages: unknown[] = [];
  socket.on(name, (message: unknown) => messages.push(message));
  return messages;
}

describe("a job's events", () => {
  test("come after the answer, from the number that was named to the end", async () => {
    await gridOf({
      events: async function* () {
        yield { type: "reset", number: 6, view: JOB };
        yield { type: "events", events: [queued(7), queued(8)] };
        yield { type: "end", number: 8, view: JOB };
      },
    });
    const order: string[] = [];
    const messages = heard("events");
    socket.on("events", () => order.push("events"));
    socket.emit("subscribe", { job: "j1", since: 5, token: TOKEN }, (answer: unknown) => {
      expect(answer).toEqual(JOB);
      order.unshift("answer");
    });
    await vi.waitFor(() => expect(messages).toHaveLength(3));
    expect(messages).toEqual([
      { job: "j1", type: "reset", number: 6, view: JOB },
      { job: "j1", type: "events", events: [queued(7), queued(8)] },
      { job: "j1", type: "end", number: 8, view: JOB },
    ]);
    expect(order[0]).toBe("answer");
    expect(asked).toHaveBeenLastCalledWith({
      id: "j1",
      query: { since: 5 },
      caller: { owner: ownerOf(TOKEN), admin: true },
    });
  });

  test("are not sent to who does not ask for them", async () => {
    await gridOf({});
    asked.mockClear();
    await subscribe({ job: "j1" });
    await subscribe({ job: "j2", since: null });
    await socket.emitWithAck("unsubscribe", { job: "j1" });
    expect(asked).not.toHaveBeenCalled();
  });

  test("[M1] have numbers from 0 to 2⁵³ − 1", async () => {
    await gridOf({});
    expect(await subscribe({ job: "j1", since: Number.MAX_SAFE_INTEGER })).toEqual(JOB);
    for (const since of [-1, 0.5, Number.MAX_SAFE_INTEGER + 1, "1"])
      expect(await subscribe({ job: "j1", since })).toMatchObject({ code: "invalid_request" });
  });

  test.each<[string, (socket: Socket) => unknown]>([
    ["by unsubscribing", () => socket.emitWithAck("unsubscribe", { job: "j1" })],
    ["by subscribing again", () => subscribe({ job: "j1" })],
    ["with the socket", () => socket.disconnect()],
  ])("end %s", async (_, leave) => {
    const left = vi.fn();
    await gridOf({
      events: async function* (signal) {
        yield* waiting(signal);
        left();
      },
    });
    await subscribe({ job: "j1", since: 0 });
    await leave(socket);
    await vi.waitFor(() => expect(left).toHaveBeenCalledOnce());
  });

  test("say what became of them when the job is deleted, and no more of a fault than its code", async () => {
    const faults = [new GridError("unknown_job", "There is no job j1."), new TypeError("secret of the inside")];
    await gridOf({
      events: async function* () {
        yield { type: "events", events: [queued(1)] };
        throw faults.shift();
      },
    });
    const messages = heard("events");
    for (const code of ["unknown_job", "internal"]) {
      await subscribe({ job: "j1", since: 0 });
      await vi.waitFor(() =>
        expect(messages.at(-1)).toEqual({ job: "j1", type: "refused", code, message: expect.any(String) }),
      );
    }
    expect(JSON.stringify(messages)).not.toContain("secret");
  });

  test("[H9] of a slow watcher are not read before they can be sent, and come whole and in order", async () => {
    let read = 0;
    const large = "x".repeat(500_000);
    await gridOf({
      events: async function* () {
        for (; read < 100; read++) {
          const failed = { number: read + 1, at: JOB.createdAt, kind: "failed" as const };
          yield { type: "events", events: [{ ...failed, error: { code: "internal", message: large } }] };
        }
      },
    });
    const numbers: number[] = [];
    socket.on("events", ({ events }: Extract<EventFrame, { type: "events" }>) => {
      numbers.push(...events.map(({ number }) => number));
    });
    await once(socket as unknown as NodeJS.EventEmitter, "connect");
    const connection = (socket.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } }).ws;
    socket.emit("subscribe", { job: "j1", since: 0 }, () => {});
    connection.pause();
    expect(await steady(() => read)).toBeLessThan(50);
    connection.resume();
    await vi.waitFor(() => expect(numbers).toHaveLength(100), 10_000);
    expect(numbers).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
  });
});

describe("the list of jobs", () => {
  test("comes whole and then as changes, until it is left", async () => {
    const left = vi.fn();
    const { result: _, ...summary } = JOB;
    const frames: JobsFrame[] = [
      { type: "reset", items: [summary], next: null },
      { type: "changes", changed: [summary], deleted: ["j0"] },
    ];
    await gridOf({
      list: async function* (signal) {
        yield* frames;
        yield* waiting(signal);
        left();
      },
    });
    const messages = heard("jobs");
    expect(await subscribe({ jobs: true })).toBeNull();
    await vi.waitFor(() => expect(messages).toEqual(frames));
    expect(await socket.emitWithAck("unsubscribe", { jobs: true })).toBeNull();
    await vi.waitFor(() => expect(left).toHaveBeenCalled());
  });

  test.each([
    [{ jobs: false }, "invalid_request"],
    [{ jobs: true, since: 1 }, "invalid_request"],
    [{ jobs: true, job: "j1" }, "invalid_request"],
    [{ jobs: true, token: "wrong" }, "forbidden"],
  ])("is not had with %j", async (body, code) => {
    await gridOf({});
    expect(await subscribe(body)).toMatchObject({ code });
  });

  test("[M1] is one of the 64 subscriptions of a socket", async () => {
    await gridOf({});
    for (let n = 1; n < SUBSCRIPTIONS_MAX; n++) await subscribe({ job: `j${n}` });
    expect(await subscribe({ jobs: true })).toBeNull();
    expect(await subscribe({ jobs: true })).toBeNull();
    expect(await subscribe({ job: "j99" })).toMatchObject({ code: "invalid_request" });
    await socket.emitWithAck("unsubscribe", { job: "j1" });
    expect(await subscribe({ job: "j99" })).toEqual(JOB);
  });
});
