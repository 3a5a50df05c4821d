import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AUTHORIZED, type HttpGrid, httpGrid, TOKEN } from "../testing/http-grid.js";
import { ownerOf } from "../tokens.js";

let grid: HttpGrid;
beforeAll(async () => {
  grid = await httpGrid();
});
beforeEach(() => {
  grid.api.asked.length = 0;
});
afterAll(() => grid.close());

const WRITES = [
  ["POST", "/atoms"],
  ["POST", "/jobs"],
  ["DELETE", "/jobs/j1"],
  ["POST", "/inputs"],
  ["DELETE", "/inputs/u1"],
  ["POST", "/jobs/j1/pause"],
  ["POST", "/jobs/j1/resume"],
  ["POST", "/jobs/j1/cancel"],
  ["POST", "/jobs/j1/retry"],
] as const;

describe.each(WRITES)("%s %s", (method, path) => {
  test("[H2] without a token is unauthorized and says how to sign in", async () => {
    const response = await fetch(`${grid.url}/api/v1${path}`, { method });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe('Bearer realm="valence"');
    expect(await response.json()).toMatchObject({ code: "unauthorized" });
  });

  test("with a wrong token is forbidden, and nothing was asked of the grid", async () => {
    const headers = { Authorization: "Bearer wrong" };
    const response = await fetch(`${grid.url}/api/v1${path}`, { method, headers });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: "forbidden" });
    expect(grid.api.asked).toEqual([]);
  });
});

test.each(WRITES.filter(([, path]) => path !== "/jobs"))(
  "%s %s with an Idempotency-Key is unsupported",
  async (method, path) => {
    const headers = { ...AUTHORIZED, "Idempotency-Key": "k1" };
    const response = await fetch(`${grid.url}/api/v1${path}`, { method, headers });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: "unsupported" });
    expect(grid.api.asked).toEqual([]);
  },
);

test.each([["Basic abc"], ["Bearer"], ["Bearer a b"]])("%j is no token", async (authorization) => {
  const headers = { Authorization: authorization };
  expect((await fetch(`${grid.url}/api/v1/jobs`, { method: "POST", headers })).status).toBe(401);
  expect((await fetch(`${grid.url}/api/v1/jobs`, { headers })).status).toBe(200);
});

test("[H2] a read needs no token; one that is shown is checked and makes its holder the owner", async () => {
  const wrong = await fetch(`${grid.url}/api/v1/jobs/j1`, { headers: { Authorization: "Bearer wrong" } });
  expect(wrong.status).toBe(403);
  await fetch(`${grid.url}/api/v1/jobs/j1`);
  await fetch(`${grid.url}/api/v1/jobs/j1`, { headers: { Authorization: `bearer ${TOKEN}` } });
  expect(grid.api.asked).toEqual([
    { call: "job", args: ["j1", { owner: null, admin: false }] },
    { call: "job", args: ["j1", { owner: ownerOf(TOKEN), admin: true }] },
  ]);
});
