import { GridError } from "@valence/shared/errors";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fakeApi } from "../testing/fake-api.js";
import { AUTHORIZED, type HttpGrid, httpGrid, statusWith } from "../testing/http-grid.js";

let grid: HttpGrid;
let bug: unknown = null;
let unready: string | null = null;

beforeAll(async () => {
  const api = fakeApi({
    unready: () => unready,
    stats: () => {
      throw bug;
    },
    publish: async () => {
      throw bug;
    },
  });
  grid = await httpGrid({ api });
});
afterAll(() => grid.close());

async function problemOf(path: string, init: RequestInit = {}) {
  const response = await fetch(`${grid.url}${path}`, init);
  const problem = (await response.json()) as { code: string };
  return { response, problem };
}

describe("problems", () => {
  test("[H1] an unknown path is a problem with its code, status, title and sentence", async () => {
    const { response, problem } = await problemOf("/api/v1/nothing");
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    expect(problem).toEqual({
      type: "urn:valence:problem:not_found",
      title: "No such page",
      status: 404,
      detail: "There is nothing at /api/v1/nothing.",
      code: "not_found",
    });
  });

  test.each([
    ["PUT", "/api/v1/jobs", "GET, HEAD, POST"],
    ["POST", "/api/v1/jobs/j1", "GET, HEAD, DELETE"],
    ["GET", "/api/v1/jobs/j1/pause", "POST"],
    ["PUT", "/api/v1/inputs", "GET, HEAD, POST"],
    ["POST", "/api/v1/inputs/u1", "GET, HEAD, DELETE"],
    ["OPTIONS", "/api/v1/atoms", "GET, HEAD, POST"],
    ["POST", "/healthz", "GET, HEAD"],
  ])("%s %s is refused with the methods that are allowed", async (method, path, allow) => {
    const { response, problem } = await problemOf(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allow);
    expect(problem.code).toBe("method_not_allowed");
  });

  test("paths are compared letter by letter, and a broken escape is no path", async () => {
    expect((await problemOf("/API/v1/jobs")).problem.code).toBe("not_found");
    expect((await problemOf("/api/v1/JOBS")).problem.code).toBe("not_found");
    expect((await problemOf("/api/v1/jobs/%E0%A4%A")).problem.code).toBe("not_found");
    expect(grid.logged).toEqual([]);
  });

  test("the details of an expected failure stand beside its code and replace nothing", async () => {
    bug = new GridError("overloaded", "Too much.", { details: { max: 7, status: 200, retryAfterMs: 2_500 } });
    const headers = { ...AUTHORIZED, "Content-Type": "text/javascript" };
    const { response, problem } = await problemOf("/api/v1/atoms", {
      method: "POST",
      headers,
      body: "export default {}",
    });
    expect(problem).toMatchObject({ code: "overloaded", status: 503, max: 7 });
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("3");
  });

  test("[H1] a bug leaves without text or stack and is logged once", async () => {
    bug = new TypeError("secret of the inside");
    const { response, problem } = await problemOf("/api/v1/stats");
    expect(response.status).toBe(500);
    expect(problem.code).toBe("internal");
    expect(JSON.stringify(problem)).not.toMatch(/secret|stats|\.js/);
    expect(grid.logged).toHaveLength(1);
    expect(grid.logged[0]).toMatchObject({ event: "http_bug", error: { message: "secret of the inside" } });
  });
});

describe("the description", () => {
  test("leaves compressed for whoever takes that, and is the same for whoever does not", async () => {
    const plain = await fetch(`${grid.url}/openapi.json`, { headers: { "Accept-Encoding": "identity" } });
    const compressed = await fetch(`${grid.url}/openapi.json`, { headers: { "Accept-Encoding": "gzip" } });
    expect([plain, compressed].map(({ headers }) => headers.get("content-encoding"))).toEqual([null, "gzip"]);
    expect(compressed.headers.get("vary")).toBe("Accept-Encoding");
    expect(await compressed.json()).toEqual(await plain.json());
  });

  test("is found below /api/v1, behind a proxy, too", async () => {
    const response = await fetch(`${grid.url}/api/v1/openapi.json`, { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([308, "../../openapi.json"]);
  });
});

describe("at the root", () => {
  test("/healthz says that the process lives", async () => {
    expect((await fetch(`${grid.url}/healthz`)).status).toBe(200);
  });

  test("/readyz says why work is not taken", async () => {
    expect((await fetch(`${grid.url}/readyz`)).status).toBe(200);
    unready = "The disk is full.";
    const { response, problem } = await problemOf("/readyz");
    unready = null;
    expect(response.status).toBe(503);
    expect(problem).toMatchObject({ code: "overloaded", detail: "The disk is full." });
  });
});

describe("headers", () => {
  test("every answer says what a browser may not do with it", async () => {
    const { headers } = await fetch(`${grid.url}/api/v1/jobs`);
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("x-powered-by")).toBeNull();
  });

  test("plain HTTP stays possible", async () => {
    const { headers } = await fetch(grid.url);
    expect(headers.get("strict-transport-security")).toBeNull();
    expect(headers.get("content-security-policy")).not.toContain("upgrade-insecure-requests");
  });

  test("a page of another origin gets no leave to read or to send a token", async () => {
    const origin = { Origin: "http://evil.example" };
    const asks = {
      ...origin,
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "authorization",
    };
    const preflight = await fetch(`${grid.url}/api/v1/jobs`, { method: "OPTIONS", headers: asks });
    const read = await fetch(`${grid.url}/api/v1/jobs`, { headers: { ...origin, ...AUTHORIZED } });
    expect(preflight.status).toBe(405);
    for (const { headers } of [preflight, read]) {
      expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });
});

describe("the Host header", () => {
  test("[H3] bound to loopback, another name than loopback is refused", async () => {
    expect(await statusWith(grid.port, { Host: `localhost:${grid.port}` })).toBe(200);
    expect(await statusWith(grid.port, { Host: "rebound.example" })).toBe(403);
  });

  test("the host of the public URL is let in", async () => {
    const proxied = await httpGrid({ place: { host: "127.0.0.1", publicUrl: new URL("https://grid.example") } });
    expect(await statusWith(proxied.port, { Host: "grid.example" })).toBe(200);
    expect(await statusWith(proxied.port, { Host: "other.example" })).toBe(403);
    await proxied.close();
  });

  test("bound to the world, any name is let in", async () => {
    const open = await httpGrid({ place: { host: "0.0.0.0", publicUrl: null } });
    expect(await statusWith(open.port, { Host: "grid.example" })).toBe(200);
    expect(await statusWith(open.port, { Host: '"><b>' })).toBe(200);
    await open.close();
  });
});
