import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { type PlainServer, plainServer } from "../testing/plain-server.js";
import { ProblemError, UnknownAnswerError, UnreachableError } from "./errors.js";
import { HttpLink } from "./http-link.js";
import { pathOf } from "./http-path.js";

let server: PlainServer;
afterEach(() => server.close());

const schema = z.object({ id: z.string() });
const read = (signal?: AbortSignal) => new HttpLink(server.url, "secret").read({ path: "/x", signal }, schema);

function answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
}

test("a request carries the token, and its answer is checked", async () => {
  server = await plainServer((request, response) =>
    answer(response, 200, { id: request.headers.authorization, more: 1 }),
  );
  expect(await read()).toEqual({ id: "Bearer secret" });
  expect(server.asked).toEqual(["GET /api/v1/x"]);
});

test("a problem is an error with its code, status, sentence and details", async () => {
  const problem = {
    type: "t",
    title: "T",
    status: 413,
    detail: "Too large.",
    code: "body_too_large",
    limit: "L",
    max: 3,
  };
  server = await plainServer((_request, response) => answer(response, 413, problem));
  const error = await read().catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({
    code: "body_too_large",
    status: 413,
    message: "Too large.",
    details: { limit: "L", max: 3 },
  });
});

describe("a busy coordinator", () => {
  const busy = { detail: "Too often.", code: "too_many_requests" };

  test("is asked again, not before the seconds of Retry-After", async () => {
    const at: number[] = [];
    server = await plainServer((_request, response, nth) => {
      at.push(performance.now());
      nth === 1 ? answer(response, 429, busy, { "Retry-After": "1" }) : answer(response, 200, { id: "a" });
    });
    expect(await read()).toEqual({ id: "a" });
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(990);
  });

  test("is left alone after five tries", async () => {
    server = await plainServer((_request, response) => answer(response, 503, { ...busy, code: "draining" }));
    await expect(read()).rejects.toMatchObject({ code: "draining", status: 503 });
    expect(server.asked).toHaveLength(5);
  });

  test("that asks for more than a minute is not waited for", async () => {
    server = await plainServer((_request, response) => answer(response, 429, busy, { "Retry-After": "61" }));
    await expect(read()).rejects.toMatchObject({ code: "too_many_requests", retryAfterMs: 61_000 });
    expect(server.asked).toHaveLength(1);
  });

  test("is not waited for after an abort", async () => {
    server = await plainServer((_request, response) => answer(response, 429, busy, { "Retry-After": "30" }));
    await expect(read(AbortSignal.timeout(100))).rejects.toMatchObject({ name: "TimeoutError" });
  });
});

describe("a call with a key", () => {
  const keys = () => (server as PlainServer).heads.map((headers) => headers["idempotency-key"]);
  const once = (signal?: AbortSignal) =>
    new HttpLink(server.url, "secret").readOnce({ method: "POST", path: "/x", key: "k1", signal }, schema);

  test("[Q4] is repeated with its key when the connection breaks, before or within the answer", async () => {
    server = await plainServer((request, response, nth) => {
      if (nth === 1) request.socket.destroy();
      else if (nth === 2) response.writeHead(202, { "Content-Length": "100" }).write("{", () => response.destroy());
      else answer(response, 202, { id: "a" });
    });
    expect(await once()).toEqual({ id: "a" });
    expect(keys()).toEqual(["k1", "k1", "k1"]);
  });

  test("is repeated while the coordinator that it broke from is away", async () => {
    server = await plainServer((request) => request.socket.destroy());
    const first = server;
    const reading = once();
    await vi.waitFor(() => expect(first.asked.length).toBeGreaterThan(0));
    await first.close();
    server = await plainServer(
      (_request, response) => answer(response, 202, { id: "a" }),
      Number(new URL(first.url).port),
    );
    expect(await reading).toEqual({ id: "a" });
  });

  test("is not repeated when it was refused, nor when nobody was there in the first place", async () => {
    server = await plainServer((_request, response) => answer(response, 422, { code: "key_reused", detail: "No." }));
    await expect(once()).rejects.toMatchObject({ code: "key_reused" });
    expect(server.asked).toHaveLength(1);
    await server.close();
    // Were it repeated, the signal would end it.
    await expect(once(AbortSignal.timeout(5_000))).rejects.toMatchObject({ code: "unreachable" });
  });
});

test("a fault of the coordinator is not asked for twice", async () => {
  server = await plainServer((_request, response) => answer(response, 500, { code: "internal", detail: "A fault." }));
  await expect(read()).rejects.toMatchObject({ code: "internal" });
  expect(server.asked).toHaveLength(1);
});

test.each([
  ["a page", 200, "<html>"],
  ["JSON of another form", 200, '{"id":1}'],
  ["an error page", 404, "<html>"],
  ["a list", 400, "[]"],
])("%s is no coordinator", async (_name, status, body) => {
  server = await plainServer((_request, response) => answer(response, status, body));
  await expect(read()).rejects.toBeInstanceOf(UnknownAnswerError);
});

test("a redirect is not followed, and says where to", async () => {
  server = await plainServer((_request, response) => answer(response, 301, "", { Location: "https://grid.example/" }));
  await expect(read()).rejects.toThrow("it sends us on to https://grid.example/");
});

test("a proxy without a coordinator behind it is silence", async () => {
  server = await plainServer((_request, response) => answer(response, 502, "<html>"));
  await expect(read()).rejects.toBeInstanceOf(UnreachableError);
});

test("an address where nothing listens is unreachable, in a sentence", async () => {
  server = await plainServer(() => {});
  await server.close();
  const error = await read().catch((error: unknown) => error);
  expect(error).toBeInstanceOf(UnreachableError);
  expect(error).toMatchObject({ message: `No coordinator can be reached at ${server.url}: nothing listens there.` });
});

test("an answer that breaks off is silence", async () => {
  server = await plainServer((_request, response) => {
    response.writeHead(200, { "Content-Length": "100" }).write("{");
    setTimeout(() => response.destroy(), 20);
  });
  await expect(read()).rejects.toBeInstanceOf(UnreachableError);
});

test("an abort ends the wait with its reason", async () => {
  server = await plainServer(() => {});
  const controller = new AbortController();
  const reason = new Error("enough");
  setTimeout(() => controller.abort(reason), 20);
  await expect(read(controller.signal)).rejects.toBe(reason);
});

test.each([
  ["before the answer", () => {}],
  ["in the middle of it", (response: ServerResponse) => response.writeHead(200).write("{")],
])("a time-out of the caller's own is no silence: %s", async (_when, begin) => {
  server = await plainServer((_request, response) => begin(response));
  const signal = AbortSignal.timeout(50);
  const error = await read(signal).catch((error: unknown) => error);
  expect(error).toBe(signal.reason);
});

test("words of strangers in a path are escaped", async () => {
  server = await plainServer(() => {});
  expect(pathOf`/jobs/${"../a b?c"}/results`).toBe("/jobs/..%2Fa%20b%3Fc/results");
});
