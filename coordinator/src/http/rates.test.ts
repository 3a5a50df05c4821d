import type { Request, Response } from "express";
import { afterEach, expect, test } from "vitest";
import { AUTHORIZED, type HttpGrid, httpGrid, TOKEN } from "../testing/http-grid.js";
import { adminTokens } from "../tokens.js";
import { RATES, rateLimits } from "./limits.js";

// From loopback, where the tests come from, ten times these.
const rates = { readsPerSecond: 2, writesPerSecond: 1 };
let grid: HttpGrid;
afterEach(() => grid.close());

async function statusesOf(path: string, init: RequestInit, times: number): Promise<number[]> {
  const requests = Array.from({ length: times }, () => fetch(`${grid.url}${path}`, init));
  return (await Promise.all(requests)).map(({ status }) => status);
}

test("[H5] at the limit of reads all are answered, one past it is told when to come back", async () => {
  grid = await httpGrid({ rates });
  expect(await statusesOf("/api/v1/stats", {}, 20)).toEqual(Array(20).fill(200));
  const response = await fetch(`${grid.url}/api/v1/stats`);
  expect(response.status).toBe(429);
  expect(response.headers.get("retry-after")).toBe("1");
  expect(await response.json()).toMatchObject({ code: "too_many_requests" });
});

test("at the limit of writes all are answered, one past it is not, and reads go on", async () => {
  grid = await httpGrid({ rates });
  const write = { method: "POST", headers: AUTHORIZED };
  expect(await statusesOf("/api/v1/jobs/j1/pause", write, 10)).toEqual(Array(10).fill(200));
  expect(await statusesOf("/api/v1/jobs/j1/pause", write, 1)).toEqual([429]);
  expect(await statusesOf("/api/v1/stats", {}, 1)).toEqual([200]);
});

test("a classroom may close its tabs at once: a goodbye counts as a read", async () => {
  grid = await httpGrid({ rates });
  const beacon = { method: "POST", body: "" };
  expect(await statusesOf("/api/v1/sessions/0123abcd/goodbye", beacon, 20)).toEqual(Array(20).fill(204));
  expect(await statusesOf("/api/v1/sessions/0123abcd/goodbye", beacon, 1)).toEqual([429]);
  expect(await statusesOf("/api/v1/jobs/j1/pause", { method: "POST", headers: AUTHORIZED }, 1)).toEqual([200]);
});

test("made-up tokens do not make new visitors", async () => {
  grid = await httpGrid({ rates });
  const guess = (token: number) => ({ method: "POST", headers: { Authorization: `Bearer guess-${token}` } });
  const guesses = Array.from({ length: 11 }, (_, token) => fetch(`${grid.url}/api/v1/jobs`, guess(token)));
  const statuses = (await Promise.all(guesses)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 403)).toHaveLength(10);
  expect(statuses.filter((status) => status === 429)).toHaveLength(1);
});

test("the holder of a token is not slowed by strangers at the same address, and probes never are", async () => {
  grid = await httpGrid({ rates });
  await statusesOf("/api/v1/stats", {}, 21);
  expect(await statusesOf("/api/v1/stats", { headers: AUTHORIZED }, 1)).toEqual([200]);
  expect(await statusesOf("/healthz", {}, 1)).toEqual([200]);
});

test.each([
  ["GET", 200],
  ["POST", 20],
])("from elsewhere than loopback, %s is answered %i times a second", async (method, times) => {
  grid = await httpGrid();
  const limited = rateLimits(adminTokens(TOKEN), RATES);
  const request = { method, headers: {}, socket: { remoteAddress: "203.0.113.5" } } as Request;
  let passed = 0;
  const visit = () => limited(request, {} as Response, () => passed++);
  for (let visits = 0; visits < times; visits++) await visit();
  expect(passed).toBe(times);
  await expect(visit()).rejects.toMatchObject({ code: "too_many_requests" });
});
