import { GridError } from "@valence/shared/errors";
import { ATOM_ID_LENGTH_MAX, BODY_BYTES_MAX, NAME_LENGTH_MAX } from "@valence/shared/limits";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fakeApi, JOB } from "../testing/fake-api.js";
import { AUTHORIZED, type HttpGrid, httpGrid, TOKEN } from "../testing/http-grid.js";
import { ownerOf } from "../tokens.js";
import { CURSOR_LENGTH_MAX } from "./parsed.js";

const admin = { owner: ownerOf(TOKEN), admin: true };
const nobody = { owner: null, admin: false };
let grid: HttpGrid;
beforeAll(async () => {
  const gone = async () => {
    throw new GridError("unknown_job", "There is no job j9.");
  };
  const api = fakeApi({
    delete: async (id) => (id === "j9" ? gone() : undefined),
    submit: async (_body, _caller, key) => ({ job: JOB, replayed: key === "again" }),
  });
  grid = await httpGrid({ api });
});
beforeEach(() => {
  grid.api.asked.length = 0;
});
afterAll(() => grid.close());

function send(
  method: string,
  path: string,
  body?: string | Uint8Array<ArrayBuffer>,
  type = "application/json",
): Promise<Response> {
  const headers = body === undefined ? AUTHORIZED : { ...AUTHORIZED, "Content-Type": type };
  return fetch(`${grid.url}/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
}

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { code: string }).code;
}

describe("submitting", () => {
  test("a job is accepted, with its address and its first view", async () => {
    const response = await send("POST", "/jobs", '{"atom":"pi"}');
    expect(response.status).toBe(202);
    expect(response.headers.get("location")).toBe("/api/v1/jobs/j1");
    expect(await response.json()).toEqual(JOB);
    expect(grid.api.asked).toEqual([{ call: "submit", args: [{ atom: "pi" }, admin, null] }]);
    expect(response.headers.get("idempotent-replayed")).toBeNull();
  });

  test.each(["{", "", "undefined", "{'a':1}"])("%j is bad JSON", async (body) => {
    const response = await send("POST", "/jobs", body);
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toBe("bad_json");
  });

  test("bytes that are not UTF-8 are bad JSON", async () => {
    expect(await codeOf(await send("POST", "/jobs", new Uint8Array([0x22, 0xff, 0x22])))).toBe("bad_json");
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"])(
    "%s is unsupported",
    async (type) => {
      const response = await send("POST", "/jobs", "{}", type);
      expect(response.status).toBe(415);
      expect(await codeOf(response)).toBe("unsupported_media_type");
    },
  );

  test("[M1] a body at the limit passes, one byte more is refused with the limit and its value", async () => {
    expect((await send("POST", "/jobs", `"${"x".repeat(BODY_BYTES_MAX - 2)}"`)).status).toBe(202);
    const response = await send("POST", "/jobs", `"${"x".repeat(BODY_BYTES_MAX - 1)}"`);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      code: "body_too_large",
      limit: "BODY_BYTES_MAX",
      max: BODY_BYTES_MAX,
    });
  });

  test("a write takes no query", async () => {
    expect(await codeOf(await send("POST", "/jobs?dry=1", "{}"))).toBe("invalid_request");
  });
});

describe("a key", () => {
  const submit = (key: string) => {
    const headers = { ...AUTHORIZED, "Content-Type": "application/json", "Idempotency-Key": key };
    return fetch(`${grid.url}/api/v1/jobs`, { method: "POST", headers, body: "{}" });
  };

  test("is taken as it was sent, and a repeated request is answered as the first one, with a sign", async () => {
    const [first, again] = [await submit('"k 1"'), await submit("again")];
    expect(grid.api.asked.map(({ args }) => args[2])).toEqual(['"k 1"', "again"]);
    expect([first.status, again.status]).toEqual([202, 202]);
    expect([first, again].map(({ headers }) => headers.get("idempotent-replayed"))).toEqual([null, "true"]);
    expect(again.headers.get("location")).toBe("/api/v1/jobs/j1");
  });

  test("[M1] of 255 characters passes, one more is refused with the limit and its value", async () => {
    expect((await submit("k".repeat(255))).status).toBe(202);
    const response = await submit("k".repeat(256));
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      code: "invalid_request",
      limit: "IDEMPOTENCY_KEY_LENGTH_MAX",
      max: 255,
      actual: 256,
    });
  });

  test.each(["", " ", "é"])("%j is none", async (key) => {
    expect(await codeOf(await submit(key))).toBe("invalid_request");
  });
});

describe("reading", () => {
  test("jobs come in pages, filtered", async () => {
    const response = await fetch(`${grid.url}/api/v1/jobs?state=running&atom=pi&name=a%20b&before=c1&limit=200`);
    expect(await response.json()).toEqual({ items: [JOB], next: "older" });
    const query = { state: "running", atom: "pi", name: "a b", before: "c1", limit: 200 };
    expect(grid.api.asked).toEqual([{ call: "jobs", args: [query, nobody] }]);
  });

  test("a page has 50 jobs unless asked otherwise", async () => {
    await fetch(`${grid.url}/api/v1/jobs`);
    expect(grid.api.asked[0]?.args[0]).toEqual({ limit: 50 });
  });

  test.each([
    ["/jobs?limit=201", "limit"],
    ["/jobs?limit=0", "limit"],
    ["/jobs?limit=1e2", "limit"],
    ["/jobs?limit=1&limit=2", "limit"],
    ["/jobs?state=lost", "state"],
    ["/jobs?name=", "name"],
    ["/jobs/j1/dead-letters?after=-1", "after"],
    ["/jobs/j1/dead-letters?after=2147483648", "after"],
    ["/jobs/j1/results?follow=yes", "follow"],
    ["/jobs/j1/results?from=1.5", "from"],
    ["/jobs/j1/results?to=9007199254740992", "to"],
  ])("%s is refused by name", async (path, field) => {
    const response = await fetch(`${grid.url}/api/v1${path}`);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: "invalid_request", field });
  });

  test.each([
    ["/jobs", "name", NAME_LENGTH_MAX],
    ["/jobs", "atom", ATOM_ID_LENGTH_MAX],
    ["/jobs", "before", CURSOR_LENGTH_MAX],
    ["/jobs/j1/results", "after", CURSOR_LENGTH_MAX],
  ])("[M1] %s takes a parameter %s of %i letters, and not of one more", async (path, field, lengthMax) => {
    const read = (length: number) => fetch(`${grid.url}/api/v1${path}?${field}=${"x".repeat(length)}`);
    expect((await read(lengthMax)).status).toBe(200);
    expect(await (await read(lengthMax + 1)).json()).toMatchObject({ code: "invalid_request", field });
  });

  test.each(["/jobs?page=2", "/jobs/j1?x=1", "/stats?x=", "/volunteers?limit=1", "/jobs/j1/results?limit=5"])(
    "%s has a parameter that nobody knows",
    async (path) => {
      const response = await fetch(`${grid.url}/api/v1${path}`);
      expect(response.status).toBe(422);
      expect(await codeOf(response)).toBe("invalid_request");
    },
  );

  test("dead letters start before the first electron and leave as a file", async () => {
    const response = await fetch(`${grid.url}/api/v1/jobs/j1/dead-letters`, { headers: AUTHORIZED });
    await fetch(`${grid.url}/api/v1/jobs/j1/dead-letters?after=2147483647&limit=1`);
    expect(response.headers.get("content-disposition")).toMatch(/^attachment/);
    expect(grid.api.asked.map(({ args }) => args)).toEqual([
      ["j1", { after: -1, limit: 50 }, admin],
      ["j1", { after: 2_147_483_647, limit: 1 }, nobody],
    ]);
  });

  test("a page that is closed says goodbye for its session, without a token", async () => {
    const response = await fetch(`${grid.url}/api/v1/sessions/0123abcd/goodbye`, { method: "POST", body: "" });
    expect(response.status).toBe(204);
    expect(grid.api.asked.at(-1)).toEqual({ call: "part", args: ["0123abcd"] });
  });

  test("the session of a goodbye is not written down: whoever knows it is that session", async () => {
    const part = () => {
      throw new Error("a fault");
    };
    const quiet = await httpGrid({ api: fakeApi({ part }), logLevel: "debug" });
    for (const method of ["POST", "GET"]) await fetch(`${quiet.url}/api/v1/sessions/0123abcd/goodbye`, { method });
    await fetch(`${quiet.url}/api/v1/stats`);
    await quiet.close();
    const answered = quiet.logged.filter(({ event }) => event === "http_answered");
    const path = "/api/v1/sessions/:id/goodbye";
    expect(answered).toMatchObject([{ path, status: 500 }, { path, status: 405 }, { path: "/api/v1/stats" }]);
    expect(quiet.logged).toContainEqual(expect.objectContaining({ event: "http_bug", path }));
    expect(JSON.stringify(quiet.logged)).not.toContain("0123abcd");
  });

  test("volunteers and stats are open", async () => {
    expect(await (await fetch(`${grid.url}/api/v1/volunteers`)).json()).toMatchObject({
      items: [{ slots: 4 }],
      next: null,
    });
    expect(await (await fetch(`${grid.url}/api/v1/stats`)).json()).toMatchObject({ volunteers: 3 });
  });

  test("who runs the grid is open, and null when nobody said", async () => {
    const told = await httpGrid({ operator: "Institute of Physics" });
    expect(await (await fetch(`${told.url}/api/v1/grid`)).json()).toEqual({ operator: "Institute of Physics" });
    expect(await (await fetch(`${grid.url}/api/v1/grid`)).json()).toEqual({ operator: null });
    await told.close();
  });

  test("metrics show the grid as stats do, and what was answered", async () => {
    const text = await (await fetch(`${grid.url}/metrics`)).text();
    expect(text).toContain("valence_volunteers 3\n");
    expect(text).toContain('valence_jobs{state="running"} 2\n');
    expect(text).toMatch(/valence_http_requests_total\{method="GET",status="200"\} \d+\n/);
    expect(text).toContain("process_cpu_user_seconds_total");
  });
});

describe("steering", () => {
  test.each(["pause", "resume", "cancel"])("%s takes no body or an empty one", async (act) => {
    expect((await send("POST", `/jobs/j1/${act}`)).status).toBe(200);
    expect((await send("POST", `/jobs/j1/${act}`, "{}")).status).toBe(200);
    expect(await codeOf(await send("POST", `/jobs/j1/${act}`, '{"why":1}'))).toBe("invalid_request");
    expect(grid.api.asked).toEqual(Array(2).fill({ call: act, args: ["j1", admin] }));
  });

  test("a retry is of one electron or of all", async () => {
    await send("POST", "/jobs/j1/retry");
    await send("POST", "/jobs/j1/retry", '{"electron":7}');
    expect(grid.api.asked.map(({ args }) => args)).toEqual([
      ["j1", null, admin],
      ["j1", 7, admin],
    ]);
  });

  test.each(['{"electron":-1}', '{"electron":2147483648}', '{"electron":1.5}', '{"electrons":1}', "[]", "null"])(
    "a retry of %s is refused",
    async (body) => {
      expect(await codeOf(await send("POST", "/jobs/j1/retry", body))).toBe("invalid_request");
    },
  );

  test("a deleted job leaves nothing to say; one that is not there is a problem", async () => {
    const response = await send("DELETE", "/jobs/j1");
    expect([response.status, await response.text()]).toEqual([204, ""]);
    expect(await codeOf(await send("DELETE", "/jobs/j9"))).toBe("unknown_job");
  });
});
