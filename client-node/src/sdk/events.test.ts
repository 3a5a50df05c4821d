import type { EventFrame } from "@valence/coordinator/api";
import { steady } from "@valence/coordinator/testing/steady";
import type { JobEvent } from "@valence/shared/job-event";
import { afterEach, expect, test, vi } from "vitest";
import { type FakeGrid, fakeGrid, JOB } from "../testing/fake-grid.js";
import { type PlainServer, plainServer } from "../testing/plain-server.js";
import { connect } from "./connect.js";

let server: PlainServer | FakeGrid;
afterEach(() => server.close());

const at = JOB.createdAt;
const queued = (number: number): JobEvent => ({ number, at, kind: "queued" });
const message = (number: number) => `id: ${number}\ndata: ${JSON.stringify(queued(number))}\n\n`;
const END = `event: end\ndata: ${JSON.stringify({ number: 9, view: JOB })}\n\n`;
const PATH = "GET /api/v1/jobs/j1/events?since=";
const job = () => connect({ url: server.url }).job("j1");

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const each of stream) list.push(each);
  return list;
}

async function gridOf(frames: () => AsyncIterable<EventFrame>, over = false): Promise<void> {
  server = await fakeGrid({ events: async () => ({ over, frames: frames() }) });
}

test("events come until the job has ended, a reset in the place of those that are not kept", async () => {
  await gridOf(async function* () {
    yield { type: "reset", number: 6, view: JOB };
    yield { type: "events", events: [queued(7), queued(8)] };
    yield { type: "end", number: 8, view: JOB };
  });
  expect(await all(job().events({ since: 3 }))).toEqual([
    { kind: "reset", number: 6, view: JOB },
    queued(7),
    queued(8),
  ]);
  expect((server as FakeGrid).api.asked[0]?.args[1]).toEqual({ since: 3 });
});

test("who knows all of an ended job is given nothing", async () => {
  await gridOf(async function* () {}, true);
  expect(await all(job().events({ since: 8 }))).toEqual([]);
});

test("after a broken connection, or one that ends too early, the stream goes on, each event once", async () => {
  server = await plainServer((_request, response, nth) => {
    response.write([message(1) + message(2).slice(0, 20), message(2), `:\n\n${message(3)}`, END][nth - 1]);
    setTimeout(() => (nth === 2 ? response.destroy() : response.end()), 20);
  });
  expect(await all(job().events())).toEqual([queued(1), queued(2), queued(3)]);
  expect((server as PlainServer).asked).toEqual([0, 1, 2, 3].map((since) => PATH + since));
});

test("after a reset the stream goes on from its number", async () => {
  const reset = `event: reset\ndata: ${JSON.stringify({ number: 6, view: JOB })}\n\n`;
  server = await plainServer((_request, response, nth) => void response.end(nth === 1 ? reset : END));
  expect(await all(job().events())).toHaveLength(1);
  expect((server as PlainServer).asked[1]).toBe(`${PATH}6`);
});

test("a coordinator that says nothing for 45 s is asked again, and a reader that takes its time is not in a hurry", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    server = await plainServer((_request, response, nth) => {
      if (nth > 1) response.end(message(2) + END);
      else response.write(message(1));
    });
    const events = job().events();
    expect((await events.next()).value).toEqual(queued(1));
    await vi.advanceTimersByTimeAsync(60_000);
    expect((server as PlainServer).asked).toHaveLength(1);
    const second = events.next();
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
    await vi.advanceTimersByTimeAsync(45_000);
    expect((await second).value).toEqual(queued(2));
  } finally {
    vi.useRealTimers();
  }
});

test("a refusal is not repeated, at the start nor later", async () => {
  const refusal = JSON.stringify({ code: "unknown_job", detail: "Gone." });
  server = await plainServer((_request, response, nth) => {
    if (nth === 1) response.write(message(1), () => response.destroy());
    else response.writeHead(404).end(refusal);
  });
  await expect(all(job().events())).rejects.toMatchObject({ code: "unknown_job" });
  await expect(all(job().events())).rejects.toMatchObject({ code: "unknown_job" });
  expect((server as PlainServer).asked).toHaveLength(3);
});

test("an event of another form is an error, not a reason to ask again", async () => {
  server = await plainServer((_request, response) => void response.end('data: {"number":0}\n\n'));
  await expect(all(job().events())).rejects.toMatchObject({ code: "unknown_answer" });
  expect((server as PlainServer).asked).toHaveLength(1);
});

test("a slow reader holds the coordinator back", async () => {
  let read = 0;
  await gridOf(async function* () {
    const error = { code: "internal", message: "x".repeat(500_000) };
    for (; read < 100; read++) yield { type: "events", events: [{ number: read + 1, at, kind: "failed", error }] };
    yield { type: "end", number: 100, view: JOB };
  });
  const events = job().events();
  await events.next();
  expect(await steady(() => read)).toBeLessThan(50);
  expect(await all(events)).toHaveLength(99);
});

test("a reader that has enough closes the connection, and an abort ends a wait", async () => {
  const gone = vi.fn();
  server = await plainServer((request, response) => {
    request.socket.once("close", gone);
    response.write(message(1));
  });
  for await (const _ of job().events()) break;
  await vi.waitFor(() => expect(gone).toHaveBeenCalledOnce());
  const waiting = all(job().events({ signal: AbortSignal.timeout(100) }));
  await expect(waiting).rejects.toMatchObject({ name: "TimeoutError" });
  await vi.waitFor(() => expect(gone).toHaveBeenCalledTimes(2));
});
