/** The whole coordinator through HTTP, sockets and the disk, with volunteers that speak the protocol. */
import type { JobView, PropertiesView } from "@valence/shared/job-view";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { computingVolunteer, type RealGrid, realGrid } from "./testing/real-grid.js";
import type { FakeVolunteer } from "./testing/socket-grid.js";

let grid: RealGrid;
const volunteers: FakeVolunteer[] = [];
const open = async () => {
  grid = await realGrid();
};
const close = async () => {
  for (const volunteer of volunteers.splice(0)) volunteer.socket.disconnect();
  await grid.dispose();
};

/** For tests that leave something behind. */
function oneForEach(): void {
  beforeEach(open);
  afterEach(close);
}

const ended = (view: JobView) => view.state === "succeeded";
const size = (payload: unknown) => {
  const { from, to } = payload as { from: number; to: number };
  return to - from;
};

async function join(compute: (payload: unknown, electron: number) => unknown): Promise<FakeVolunteer> {
  const volunteer = await computingVolunteer(grid, compute);
  volunteers.push(volunteer);
  return volunteer;
}

async function linesOf(path: string): Promise<PropertiesView[]> {
  const text = await (await grid.call("GET", path)).text();
  return text
    .trim()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

describe("a job", () => {
  oneForEach();

  test("of a range is divided, computed, folded, and read back", async () => {
    const atom = await grid.publish("({from, to}) => to - from");
    await join(size);
    const { id } = await grid.submit({
      atom: "atom",
      input: { range: { from: -5, to: 1_000, chunk: 7 } },
      reduce: "sum",
    });
    const view = await grid.until(id, ended);
    expect(view).toMatchObject({
      atom,
      result: 1_005,
      error: null,
      chunk: 7,
      progress: { total: 1_005, done: 1_005, leased: 0 },
    });
    expect(view.startedAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+\.\d{3}Z$/);
  });

  test("[I2] [A8] of a list gets its elements, and keeps each result without a reduce", async () => {
    const atom = await grid.publish("(x) => x");
    await join((payload) => ({ twice: payload }));
    const list = Array.from({ length: 500 }, (_, i) => ({ i }));
    const { id } = await grid.submit({ atom, input: { list } });
    await grid.until(id, ended);
    const lines = await linesOf(`/jobs/${id}/results`);
    expect(lines.map((line) => line.electron)).toEqual(list.map((_, i) => i));
    expect(lines[499]).toMatchObject({ item: 499, atom, outcome: "done", result: { twice: { i: 499 } } });
    expect(await linesOf(`/jobs/${id}/results?from=10&to=12`)).toHaveLength(2);
    expect((await linesOf(`/jobs/${id}/results?after=${lines[497]?.cursor}`)).map((line) => line.item)).toEqual([
      498, 499,
    ]);
  });

  test("of a grid runs through the cross product, the last axis fastest", async () => {
    const atom = await grid.publish("(x) => x");
    await join((payload) => payload);
    const { id } = await grid.submit({
      atom,
      input: { grid: { x: ["a", "b"], y: { from: 0, to: 1, step: 0.5 } } },
      reduce: "collect",
    });
    const { result } = await grid.until(id, ended);
    expect(result).toEqual([
      { x: "a", y: 0 },
      { x: "a", y: 0.5 },
      { x: "b", y: 0 },
      { x: "b", y: 0.5 },
    ]);
  });

  test("with an automatic chunk is measured first, then computed", async () => {
    await grid.publish("(x) => x");
    await join(size);
    const { id } = await grid.submit({
      atom: "atom",
      input: { range: { from: 0, to: 1_000_000 } },
      reduce: { n: "count" },
    });
    const view = await grid.until(id, (v) => v.chunk !== null);
    expect(view.chunk).toBe(1_000);
  });

  test("[A8] streams its results as they are committed, and ends the stream when it ends", async () => {
    const atom = await grid.publish("(x) => x");
    const { id } = await grid.submit({ atom, input: { list: [1, 2, 3, 4, 5, 6] } });
    const follow = linesOf(`/jobs/${id}/results?follow=1`);
    await join((payload) => payload);
    const lines = await follow;
    expect(lines.map((line) => line.result).sort()).toEqual([1, 2, 3, 4, 5, 6]);
    const again = await linesOf(`/jobs/${id}/results?follow=1&after=${lines[3]?.cursor}`);
    expect(again).toEqual(lines.slice(4));
  });
});

describe("a restart", () => {
  oneForEach();

  test("[K3] loses nothing that was acknowledged, and jobs go on by themselves", async () => {
    const atom = await grid.publish("(x) => x");
    const { id } = await grid.submit({
      atom,
      input: { range: { from: 0, to: 100_000, chunk: 1 } },
      reduce: "sum",
      keep: true,
    });
    const first = await join(size);
    await grid.until(id, (view) => view.progress.done > 0);
    first.say({ type: "goodbye" });
    await first.until("bye");
    await grid.restart();
    const before = (await (await grid.call("GET", `/jobs/${id}`)).json()) as JobView;
    expect(before.progress.done).toBeGreaterThan(0);
    expect(before.result).toBe(before.progress.done);
    await join(size);
    expect((await grid.until(id, ended)).result).toBe(100_000);
    expect(await linesOf(`/jobs/${id}/results?from=99990`)).toHaveLength(10);
  });

  test("keeps ended jobs, atoms and dead letters as they were", async () => {
    await grid.publish("(x) => x");
    await join(() => "no number");
    const { id } = await grid.submit({ atom: "atom", input: { list: [1] }, reduce: "sum", policy: { attemptsMax: 1 } });
    const failed = await grid.until(id, (view) => view.state === "failed");
    await grid.restart();
    expect(await (await grid.call("GET", `/jobs/${id}`)).json()).toEqual(failed);
    const letters = await (await grid.call("GET", `/jobs/${id}/dead-letters`)).json();
    expect(letters).toMatchObject({
      items: [{ electron: 0, payload: 1, attempts: 1, errors: [{ code: "bad_result" }] }],
      next: null,
    });
  });

  test("of an ended job's failure leaves it to be retried", async () => {
    await grid.publish("(x) => x");
    const liar = await join(() => "no number");
    const { id } = await grid.submit({
      atom: "atom",
      input: { list: [1, 2] },
      reduce: "sum",
      policy: { attemptsMax: 1 },
    });
    await grid.until(id, (view) => view.state === "failed");
    liar.socket.disconnect();
    await grid.restart();
    expect((await grid.call("POST", `/jobs/${id}/retry`)).status).toBe(200);
    await join(() => 3);
    expect((await grid.until(id, ended)).result).toBe(6);
    expect(await (await grid.call("POST", `/jobs/${id}/retry`)).json()).toMatchObject({ code: "nothing_to_retry" });
  });
});

describe("control", () => {
  oneForEach();

  test("[S6] pauses, resumes, cancels; and only an ended job can be deleted", async () => {
    await grid.publish("(x) => x");
    const { id } = await grid.submit({ atom: "atom", input: { list: [1] } });
    const post = async (verb: string) => (await (await grid.call("POST", `/jobs/${id}/${verb}`)).json()) as JobView;
    expect(await post("pause")).toMatchObject({ state: "paused" });
    expect(await post("resume")).toMatchObject({ state: "queued" });
    expect(await (await grid.call("DELETE", `/jobs/${id}`)).json()).toMatchObject({ code: "job_not_ended" });
    expect(await post("cancel")).toMatchObject({ state: "cancelled", progress: { skipped: 1 } });
    expect(await post("cancel")).toMatchObject({ state: "cancelled" });
    expect(await post("pause")).toMatchObject({ code: "job_ended", status: 409 });
    expect((await grid.call("DELETE", `/jobs/${id}`)).status).toBe(204);
    expect(await (await grid.call("GET", `/jobs/${id}`)).json()).toMatchObject({ code: "unknown_job" });
  });

  test("lists jobs newest first, by page and by filter", async () => {
    await grid.publish("(x) => x");
    const ids: string[] = [];
    for (let i = 0; i < 3; i++)
      ids.unshift((await grid.submit({ atom: "atom", name: `job${i}`, input: { list: [1] } })).id);
    const page = (await (await grid.call("GET", "/jobs?limit=2")).json()) as { items: JobView[]; next: string };
    expect(page.items.map((job) => job.id)).toEqual(ids.slice(0, 2));
    const rest = (await (await grid.call("GET", `/jobs?limit=2&before=${page.next}`)).json()) as { items: JobView[] };
    expect(rest.items.map((job) => job.id)).toEqual(ids.slice(2));
    expect(await (await grid.call("GET", "/jobs?name=job1&state=queued")).json()).toMatchObject({
      items: [{ name: "job1" }],
      next: null,
    });
  });

  test("shows a private job to its owner only, and kept results and dead letters of any job", async () => {
    await grid.publish("(x) => x");
    const { id } = await grid.submit({ atom: "atom", input: { list: [1] }, private: true });
    const open = await grid.submit({ atom: "atom", input: { list: [1] } });
    const read = async (path: string) =>
      (await (await fetch(`${grid.serving.url}/api/v1${path}`)).json()) as Record<string, unknown>;
    expect(await read(`/jobs/${id}`)).toMatchObject({ code: "unknown_job" });
    expect((await read("/jobs")).items).toHaveLength(1);
    expect(await read(`/jobs/${open.id}`)).toMatchObject({ state: "queued" });
    expect(await read(`/jobs/${open.id}/results`)).toMatchObject({ code: "unauthorized" });
    expect(await read(`/jobs/${open.id}/dead-letters`)).toMatchObject({ code: "unauthorized" });
  });
});

describe("a request that is wrong", () => {
  beforeAll(open);
  afterAll(close);

  const input = { list: [1] };
  const mean = { atom: "atom", input, reduce: "mean" };
  test.each([
    ["an unknown atom", { atom: "nobody", input }, 404, "unknown_atom"],
    ["an empty range", { atom: "atom", input: { range: { from: 1, to: 1 } } }, 422, "invalid_range"],
    ["a reversed range", { atom: "atom", input: { range: { from: 2, to: 1 } } }, 422, "invalid_range"],
    ["an empty list", { atom: "atom", input: { list: [] } }, 422, "empty_input"],
    ["a list over its limit", { atom: "atom", input: { list: Array(10_001).fill(0) } }, 422, "list_too_long"],
    ["a payload over its limit", { atom: "atom", input: { list: ["x".repeat(65_537)] } }, 422, "payload_too_large"],
    ["params over their limit", { atom: "atom", input, params: "x".repeat(65_537) }, 422, "params_too_large"],
    [
      "more to collect than may be",
      { atom: "atom", input: { range: { from: 0, to: 100_001, chunk: 1 } }, reduce: "collect" },
      422,
      "collect_too_large",
    ],
    [
      "too many electrons",
      { atom: "atom", input: { range: { from: 0, to: 2 ** 31 + 1, chunk: 1 } } },
      422,
      "too_many_electrons",
    ],
    ["an unknown upload", { atom: "atom", input: { list: { upload: "u1" } } }, 404, "unknown_upload"],
    ["an upload and more", { atom: "atom", input: { list: { upload: "u1", from: 1 } } }, 422, "invalid_request"],
    ["a policy that is not built", { atom: "atom", input, policy: { copies: 2 } }, 422, "unsupported"],
    ["a reduce over its limit", { atom: "atom", input, reduce: { top: 10_001 } }, 422, "invalid_request"],
    ["shared data", { atom: "atom", input, shared: {} }, 422, "unsupported"],
    ["an unknown field", { atom: "atom", input, inputs: 1 }, 422, "invalid_request"],
    ["a wrong policy", { atom: "atom", input, policy: { timeoutMs: 0 } }, 422, "invalid_request"],
    ["a precision of nothing", { ...mean, policy: { stopWhen: { halfWidth: 0 } } }, 422, "invalid_request"],
    ["a precision above the mean", { ...mean, policy: { stopWhen: { halfWidth: 1.01 } } }, 422, "invalid_request"],
    [
      "a precision of something else than a mean",
      { ...mean, reduce: { a: "mean" }, policy: { stopWhen: { halfWidth: 1 } } },
      422,
      "invalid_request",
    ],
    ["an unknown reduce", { atom: "atom", input, reduce: "median" }, 422, "invalid_request"],
    ["a value that is none", { atom: "atom", input: { list: [{ $bin: "%" }] } }, 422, "value_invalid"],
    ["no object", [], 422, "invalid_request"],
  ])("[I5] [H1] %s is refused with its own code", async (_, body, status, code) => {
    await grid.publish("(x) => x");
    const response = await grid.call("POST", "/jobs", body);
    const problem = (await response.json()) as { code: string; detail: string };
    expect([response.status, problem.code]).toEqual([status, code]);
    expect(problem.detail.length).toBeGreaterThan(10);
    expect(((await (await grid.call("GET", "/jobs")).json()) as { items: unknown[] }).items).toEqual([]);
  });

  test("a payload that does not fit the atom's schema names itself", async () => {
    await grid.publish("(x) => x", 'payload: { type: "object", required: ["n"] },');
    const response = await grid.call("POST", "/jobs", { atom: "atom", input: { list: [{ n: 1 }, { m: 2 }] } });
    expect(await response.json()).toMatchObject({
      code: "payload_invalid",
      detail: expect.stringContaining("input.list[1]"),
    });
  });

  test("[P2] [P3] an atom's name belongs to the bytes' publisher, and the same bytes are the same atom", async () => {
    const source = 'export default { name: "twice", process: (x) => 2 * x };';
    expect((await grid.call("POST", "/atoms", source)).status).toBe(201);
    expect((await grid.call("POST", "/atoms", source)).status).toBe(200);
    expect(await (await grid.call("GET", "/atoms/twice")).json()).toMatchObject({ name: "twice", payload: null });
  });
});
