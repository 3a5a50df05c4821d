import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { GridError } from "@valence/shared/errors";
import { afterEach, expect, test, vi } from "vitest";
import type { EventFrame, JobsApi } from "../api.js";
import { fakeApi, JOB } from "../testing/fake-api.js";
import { AUTHORIZED, type HttpGrid, httpGrid } from "../testing/http-grid.js";
import { steady } from "../testing/steady.js";

let grid: HttpGrid;
afterEach(() => grid.close());

const at = "2026-11-01T00:00:02.000Z";
const queued = (number: number) => ({ number, at, kind: "queued" as const });
const end: EventFrame = { type: "end", number: 2, view: JOB };

/** A grid whose job has these frames. */
async function gridOf(frames: (signal: AbortSignal) => AsyncIterable<EventFrame>, over = false): Promise<void> {
  const events: JobsApi["events"] = async (_id, _query, _caller, signal) => ({ over, frames: frames(signal) });
  grid = await httpGrid({ api: fakeApi({ events }), eventStreams: { heartbeatMs: 20, openMax: 1 } });
}

async function* thenEnd(): AsyncGenerator<EventFrame> {
  yield { type: "reset", number: 0, view: JOB };
  yield { type: "events", events: [queued(1), queued(2)] };
  yield end;
}

/** Nothing, until the reader has gone. */
async function* silence(signal: AbortSignal): AsyncGenerator<EventFrame> {
  await once(signal, "abort");
  yield* [];
}

async function open(query = ""): Promise<IncomingMessage> {
  const [response] = await once(get(`${grid.url}/api/v1/jobs/j1/events${query}`, { agent: false }), "response");
  return response;
}

const since = () => grid.api.asked.at(-1)?.args[1];

test("each event is a message with its number, resets and the end have names, and the stream is no document", async () => {
  await gridOf(thenEnd);
  const response = await fetch(`${grid.url}/api/v1/jobs/j1/events`, { headers: AUTHORIZED });
  expect(await response.text()).toBe(
    [
      `id: 0\nevent: reset\ndata: {"number":0,"view":${JSON.stringify(JOB)}}\n\n`,
      `id: 1\ndata: ${JSON.stringify(queued(1))}\n\n`,
      `id: 2\ndata: ${JSON.stringify(queued(2))}\n\n`,
      `id: 2\nevent: end\ndata: {"number":2,"view":${JSON.stringify(JOB)}}\n\n`,
    ].join(""),
  );
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  expect(response.headers.get("content-disposition")).toMatch(/^attachment/);
  expect(response.headers.get("content-security-policy")).toMatch(/^sandbox;/);
  expect(response.headers.get("cache-control")).toBe("no-store");
});

test("[W1] whoever knows the last event of an ended job is told to stay away", async () => {
  await gridOf(thenEnd, true);
  const response = await fetch(`${grid.url}/api/v1/jobs/j1/events?since=2`);
  expect([response.status, await response.text()]).toEqual([204, ""]);
});

test("the last id of a reader that came back counts more than the address it began with", async () => {
  await gridOf(thenEnd);
  const ask = async (query: string, headers = {}) => {
    await (await fetch(`${grid.url}/api/v1/jobs/j1/events${query}`, { headers })).text();
    return since();
  };
  expect(await ask("")).toEqual({ since: 0 });
  expect(await ask("?since=7")).toEqual({ since: 7 });
  expect(await ask("?since=7", { "Last-Event-ID": "9" })).toEqual({ since: 9 });
  expect(await ask("?since=7", { "Last-Event-ID": "" })).toEqual({ since: 7 });
});

test.each([
  ["?since=-1", {}, 422],
  ["?since=x", {}, 422],
  ["?since=9007199254740992", {}, 422],
  ["?since=9007199254740991", {}, 200],
  ["?from=1", {}, 422],
  ["", { "Last-Event-ID": "x" }, 422],
  ["", { "Last-Event-ID": "9007199254740992" }, 422],
])("[M1] %s with %j is answered with %d", async (query, headers, status) => {
  await gridOf(thenEnd);
  expect((await fetch(`${grid.url}/api/v1/jobs/j1/events${query}`, { headers })).status).toBe(status);
});

test("[H1] the sentence about a header that cannot be used names it as it is", async () => {
  await gridOf(thenEnd);
  const response = await fetch(`${grid.url}/api/v1/jobs/j1/events`, { headers: { "Last-Event-ID": "x" } });
  expect(await response.json()).toMatchObject({
    detail: "The header Last-Event-ID cannot be used: not a whole number.",
  });
});

test("while nothing happens a comment comes now and then; when the reader goes away, the signal says so", async () => {
  const left = vi.fn();
  await gridOf(async function* (signal) {
    yield* silence(signal);
    left();
  });
  const response = await open();
  response.setEncoding("utf8");
  for (let beats = 0; beats < 2; beats++) expect(await once(response, "data")).toEqual([":\n\n"]);
  response.destroy();
  await vi.waitFor(() => expect(left).toHaveBeenCalled());
  expect(grid.logged).toEqual([]);
});

test("[H9] a slow reader holds the iteration back, and gets everything in the end", async () => {
  let yielded = 0;
  await gridOf(async function* () {
    for (; yielded < 100; yielded++) {
      const error = { code: "internal", message: "x".repeat(500_000) };
      yield { type: "events", events: [{ number: yielded + 1, at, kind: "failed", error }] };
    }
  });
  const response = await open();
  response.pause();
  expect(await steady(() => yielded)).toBeLessThan(50);
  let text = "";
  for await (const chunk of response) text += chunk;
  expect([...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))).toEqual(
    Array.from({ length: 100 }, (_, n) => n + 1),
  );
});

test("a job that is deleted in the middle cuts the stream, and is a problem at its beginning", async () => {
  await gridOf(async function* () {
    yield { type: "events", events: [queued(1)] };
    throw new GridError("unknown_job", "There is no job j1.");
  });
  await expect((await fetch(`${grid.url}/api/v1/jobs/j1/events`)).text()).rejects.toThrow();
  await grid.close();
  const events = async () => {
    throw new GridError("unknown_job", "There is no job j1.");
  };
  grid = await httpGrid({ api: fakeApi({ events }) });
  expect(await (await fetch(`${grid.url}/api/v1/jobs/j1/events`)).json()).toMatchObject({ code: "unknown_job" });
  expect(grid.logged).toEqual([]);
});

test("[M1] so many streams are open at a time and not one more, until one is left", async () => {
  await gridOf(silence);
  const streams = await Promise.all(Array.from({ length: 10 }, () => open())); // From loopback ten times as many.
  expect(streams.map(({ statusCode }) => statusCode)).toEqual(Array(10).fill(200));
  const refused = await open();
  expect([refused.statusCode, refused.headers["retry-after"]]).toEqual([429, "10"]);
  streams[0]?.destroy();
  await vi.waitFor(async () => expect((await open()).statusCode).toBe(200));
});

test("HEAD asks for the headers alone", async () => {
  await gridOf(silence);
  const response = await fetch(`${grid.url}/api/v1/jobs/j1/events`, { method: "HEAD" });
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
});
