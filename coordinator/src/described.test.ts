/** Everything that the description says may be answered is answered here once, and nothing else: a witness looks on. */
import { type ErrorCode, GridError } from "@valence/shared/errors";
import { BODY_BYTES_MAX, UPLOAD_BYTES_MAX } from "@valence/shared/limits";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Asked, ask, requests } from "./testing/asked.js";
import { fakeApi } from "./testing/fake-api.js";
import { type HttpGrid, httpGrid, TOKEN } from "./testing/http-grid.js";
import { computingVolunteer, type RealGrid, realGrid } from "./testing/real-grid.js";
import type { FakeVolunteer } from "./testing/socket-grid.js";
import { described } from "./testing/witness.js";

const seen = new Set<string>();
const all = requests(TOKEN, "j1");
const having = (code: ErrorCode) => all.filter(({ codes }) => codes.includes(code));

/** Sends each of the requests to a grid, changed, and expects the same refusal of all. */
async function expectAll(grid: HttpGrid, code: ErrorCode, change: (asked: Asked) => Partial<Asked> = () => ({})) {
  for (const asked of having(code)) {
    const { code: given } = await ask(grid.port, { ...asked, ...change(asked) });
    expect(given, `${asked.name} ${JSON.stringify(change(asked))}`).toBe(code);
  }
  for (const sight of grid.seen) seen.add(sight);
}

const withHeaders = (headers: Asked["headers"]) => (asked: Asked) => ({ headers: { ...asked.headers, ...headers } });
const withoutToken = ({ headers: { Authorization: _, ...headers } }: Asked) => ({ headers });

describe("at the door", () => {
  let grid: HttpGrid;
  beforeAll(async () => {
    grid = await httpGrid();
  });
  afterAll(() => grid.close());

  test("a host that is none of ours", () => expectAll(grid, "host_refused", withHeaders({ Host: "rebound.example" })));

  test("a token that nobody knows", () => expectAll(grid, "forbidden", withHeaders({ Authorization: "Bearer x" })));

  test("no token", async () => {
    for (const asked of having("unauthorized").filter(({ method }) => method !== "GET")) {
      expect((await ask(grid.port, { ...asked, ...withoutToken(asked) })).code).toBe("unauthorized");
    }
  });

  test("a path that is no path", () =>
    expectAll(grid, "not_found", ({ path }) => ({ path: path.replace("j1", "%E0%A4%A") })));

  test("a parameter that nobody knows", () =>
    expectAll(grid, "invalid_request", ({ path }) => ({ path: `${path}?nonsense=1` })));

  test("a body of another type", () =>
    expectAll(grid, "unsupported_media_type", ({ headers }) => ({
      headers: { ...headers, "Content-Type": "text/csv" },
      body: "a,b",
    })));

  test("a body that is too large", async () => {
    const announcing = (bytes: number) => withHeaders({ "Content-Length": bytes });
    const large = announcing(BODY_BYTES_MAX + 1);
    await expectAll(grid, "body_too_large", (asked) => {
      const typed = { ...asked, headers: { "Content-Type": "application/json", ...asked.headers } };
      return (asked.name === "uploadInput" ? announcing(UPLOAD_BYTES_MAX + 1) : large)(typed);
    });
    await expectAll(grid, "atom_too_large", large);
  });

  test("a key where none is taken", async () => {
    for (const asked of having("unsupported").filter(({ name }) => name !== "submitJob")) {
      const keyed = withHeaders({ "Idempotency-Key": "k" })(asked);
      expect((await ask(grid.port, { ...asked, ...keyed })).code).toBe("unsupported");
    }
  });

  test("a body that is not JSON, or not in its encoding", async () => {
    for (const asked of having("bad_json").filter(({ name }) => name !== "uploadInput")) {
      const headers = { ...asked.headers, "Content-Type": "application/json" };
      expect((await ask(grid.port, { ...asked, headers, body: "{" })).code).toBe("bad_json");
    }
    await expectAll(grid, "bad_encoding", withHeaders({ "Content-Encoding": "gzip" }));
  });
});

describe("of a coordinator in a state that", () => {
  /** All that it is asked fails like that. */
  async function failing(error: Error): Promise<HttpGrid> {
    const fail = () => {
      throw error;
    };
    const api = fakeApi();
    for (const name of Object.keys(api)) if (name !== "asked") Object.assign(api, { [name]: fail });
    return httpGrid({ api });
  }

  // That a stopping coordinator, a full disk and the like lead to these is for the tests of what throws them.
  test.each<ErrorCode>(["draining", "overloaded", "storage_full"])("is %s", async (code) => {
    const grid = await failing(new GridError(code, "For now."));
    await expectAll(grid, code);
    await grid.close();
  });

  test("has a fault", async () => {
    const grid = await failing(new TypeError("boom"));
    await expectAll(grid, "internal");
    expect(grid.logged).toHaveLength(having("internal").length);
    await grid.close();
  });

  test("is asked too often", async () => {
    const grid = await httpGrid({ rates: { readsPerSecond: 0, writesPerSecond: 0 } });
    await expectAll(grid, "too_many_requests");
    await grid.close();
  });

  test("gets ten million lines and one", async () => {
    const grid = await failing(new GridError("list_too_long", "Line 10000001 is one too many."));
    const asked = all.find(({ name }) => name === "uploadInput") as Asked;
    expect((await ask(grid.port, asked)).code).toBe("list_too_long");
    for (const sight of grid.seen) seen.add(sight);
    await grid.close();
  });
});

describe("of a real coordinator", () => {
  let grid: RealGrid;
  let volunteer: FakeVolunteer;
  beforeAll(async () => {
    grid = await realGrid();
    volunteer = await computingVolunteer(grid, (payload) => payload);
  });
  afterAll(async () => {
    volunteer.socket.disconnect();
    await grid.dispose();
  });
  const input = { list: [1] };
  const call = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
    const response = await grid.call(method, path, body, headers);
    const text = await response.text();
    const isProblem = response.headers.get("content-type")?.includes("problem");
    return { status: response.status, code: isProblem ? JSON.parse(text).code : "", text };
  };
  const codeOf = async (...args: Parameters<typeof call>) => (await call(...args)).code;
  const upload = (lines: string) => call("POST", "/inputs", lines, { "Content-Type": "application/x-ndjson" });
  const bare = { Authorization: "" };

  test("what asks for no job", async () => {
    const { port, adminToken } = grid.serving;
    const paths = ["/healthz", "/readyz", "/metrics", "/openapi.json", "/api/v1/openapi.json"];
    const few = requests(adminToken, "0".repeat(32)).filter(
      ({ name, path }) => paths.includes(path) || /^(list|getGrid|getStats|sayGoodbye)/.test(name),
    );
    for (const asked of few) await ask(port, asked);
  });

  test("atoms", async () => {
    await grid.publish("(x) => x");
    const sources: [string, string][] = [
      ["atom_syntax", "{"],
      ["atom_too_complex", `export default ${"[".repeat(100_000)}`],
      ["atom_imports", 'import "fs"; export default { name: "a", process() {} };'],
      ["atom_shape", "export default 1;"],
      ["atom_name", "export default { name: 7, process() {} };"],
      ["atom_schema", 'export default { name: "a", payload: { pattern: "x" }, process() {} };'],
    ];
    for (const [code, source] of sources) expect(await codeOf("POST", "/atoms", source), code).toBe(code);
    expect((await call("POST", "/atoms", 'export default { name: "atom",  process: (x) => x };')).status).toBe(200);
    for (const path of ["/atoms/atom", "/atoms/atom/source"]) expect((await call("GET", path)).status).toBe(200);
    for (const path of ["/atoms/none", "/atoms/none/source"]) expect(await codeOf("GET", path)).toBe("unknown_atom");
  });

  test("uploads", async () => {
    const wrong: [string, string][] = [
      ["bad_json", "{"],
      ["value_invalid", '{"$bin":"%"}'],
      ["payload_too_large", JSON.stringify("x".repeat(65_536))],
      ["empty_input", ""],
    ];
    for (const [code, lines] of wrong) expect((await upload(lines)).code, code).toBe(code);
    const { id } = JSON.parse((await upload("1\n2\n")).text);
    const job = await grid.submit({ atom: "atom", input: { list: { upload: id } } });
    expect((await call("GET", `/inputs/${id}`)).status).toBe(200);
    expect(await codeOf("DELETE", `/inputs/${id}`)).toBe("upload_in_use");
    for (const method of ["GET", "DELETE"]) expect(await codeOf(method, "/inputs/none")).toBe("unknown_upload");
    for (const path of ["/inputs", `/inputs/${id}`]) {
      expect(await codeOf("GET", path, undefined, bare)).toBe("unauthorized");
    }
    const other = JSON.parse((await upload("1\n")).text);
    expect((await call("DELETE", `/inputs/${other.id}`)).status).toBe(204);
    await grid.until(job.id, ({ state }) => state === "succeeded");
  });

  test("submits that are wrong", async () => {
    await grid.publish("(x, context) => x", 'payload: { type: "number" },');
    const wrong: [string, object][] = [
      ["unknown_atom", { atom: "none" }],
      ["unknown_upload", { input: { list: { upload: "none" } } }],
      ["unsupported", { shared: {} }],
      ["invalid_range", { input: { range: { from: 1, to: 1 } } }],
      ["empty_input", { input: { list: [] } }],
      ["list_too_long", { input: { list: Array(10_001).fill(0) } }],
      ["payload_invalid", { input: { list: [{}] } }],
      ["payload_too_large", { input: { list: ["x".repeat(65_537)] } }],
      ["params_too_large", { params: "x".repeat(65_537) }],
      ["too_many_items", { input: { range: { from: -(2 ** 53 - 1), to: 2 ** 53 - 1 } } }],
      ["too_many_electrons", { input: { range: { from: 0, to: 2 ** 31 + 1, chunk: 1 } } }],
      ["collect_too_large", { input: { range: { from: 0, to: 100_001, chunk: 1 } }, reduce: "collect" }],
      ["value_invalid", { input: { list: [{ $bin: "%" }] } }],
    ];
    for (const [code, body] of wrong) {
      expect(await codeOf("POST", "/jobs", { atom: "atom", input, ...body }), code).toBe(code);
    }
  });

  test("a key", async () => {
    const key = { "Idempotency-Key": "k" };
    const { text } = await call("POST", "/jobs", { atom: "atom", input }, key);
    expect(await codeOf("POST", "/jobs", { atom: "atom", input: { list: [2] } }, key)).toBe("key_reused");
    const { id } = await grid.until(JSON.parse(text).id, ({ state }) => state === "succeeded");
    expect((await call("DELETE", `/jobs/${id}`)).status).toBe(204);
    expect(await codeOf("POST", "/jobs", { atom: "atom", input }, key)).toBe("unknown_job");
  });

  test("jobs and what they are told", async () => {
    const { id } = await grid.submit({ atom: "atom", input, reduce: { no: "sum" }, policy: { attemptsMax: 1 } });
    await grid.until(id, ({ state }) => state === "failed");
    for (const act of ["pause", "resume"]) expect(await codeOf("POST", `/jobs/${id}/${act}`)).toBe("job_ended");
    expect(await codeOf("GET", `/jobs/${id}/results`)).toBe("results_not_kept");
    expect(await codeOf("GET", `/jobs/${id}/dead-letters`, undefined, bare)).toBe("unauthorized");
    expect(JSON.parse((await call("GET", `/jobs/${id}/dead-letters`)).text).items).toHaveLength(1);
    expect((await call("GET", `/jobs/${id}/explain`)).status).toBe(200);
    volunteer.socket.disconnect();
    for (const act of ["retry", "pause", "resume"]) expect((await call("POST", `/jobs/${id}/${act}`)).status).toBe(200);
    expect(await codeOf("DELETE", `/jobs/${id}`)).toBe("job_not_ended");
    expect((await call("POST", `/jobs/${id}/cancel`)).status).toBe(200);
    expect(await codeOf("POST", `/jobs/${id}/retry`)).toBe("nothing_to_retry");
    const { text } = await call("GET", `/jobs/${id}/events`);
    const last = text.match(/\d+(?=\nevent: end)/)?.[0];
    expect((await call("GET", `/jobs/${id}/events?since=${last}`)).status).toBe(204);
  });

  test("jobs that are not there", async () => {
    const { port, adminToken } = grid.serving;
    for (const asked of requests(adminToken, "none").filter(({ path }) => path.includes("/jobs/none"))) {
      expect((await ask(port, asked)).code, asked.name).toBe("unknown_job");
    }
  });

  test("kept results", async () => {
    const { items } = JSON.parse((await call("GET", "/jobs?state=succeeded")).text);
    const path = `/jobs/${items[0].id}`;
    expect((await call("GET", path)).status).toBe(200);
    expect((await call("GET", `${path}/results`)).text.trimEnd().split("\n")).toHaveLength(2);
    expect(await codeOf("GET", `${path}/results`, undefined, bare)).toBe("unauthorized");
  });

  test("another operator", async () => {
    await grid.restart("another-token");
    expect(await codeOf("POST", "/atoms", 'export default { name: "atom", process() {} };')).toBe("atom_name_taken");
    for (const sight of grid.seen()) seen.add(sight);
  });
});

test("[H11] each answer that is described is given, and no other", () => {
  expect([...seen].sort()).toEqual(described().sort());
});
