import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type FakeGrid, fakeGrid, JOB, TOKEN } from "../testing/fake-grid.js";
import { connect } from "./connect.js";

let server: FakeGrid;
beforeAll(async () => {
  const pages = [
    { items: [JOB, JOB], next: "older" },
    { items: [JOB], next: null },
  ];
  server = await fakeGrid({ jobs: async ({ before }) => pages[before === undefined ? 0 : 1]! });
});
beforeEach(() => {
  server.api.asked.length = 0;
});
afterAll(() => server.close());

const grid = () => connect({ url: server.url, token: TOKEN });

test("publishing sends the bytes, and tells whether they are new", async () => {
  expect(await grid().publish("export default {};")).toMatchObject({ name: "pi", created: true });
  expect(server.api.asked[0]).toMatchObject({
    call: "publish",
    args: [Buffer.from("export default {};"), { admin: true }],
  });
});

test("a submission becomes a body, its values in their JSON form", async () => {
  const job = await grid().submit({
    atom: "pi",
    input: { list: [new Uint8Array([1]), Number.NaN] },
    params: { floor: -0 },
    policy: { timeoutMs: 5 },
    seed: 1,
  });
  expect(job.id).toBe("j1");
  expect(server.api.asked[0]?.args[0]).toEqual({
    atom: "pi",
    input: { list: [{ $bin: "AQ==", $type: "Uint8Array" }, { $num: "NaN" }] },
    params: { floor: { $num: "-0" } },
    policy: { timeoutMs: 5 },
    seed: 1,
  });
});

test("a list may be an upload, and each submit has a key of its own, unless it is given one", async () => {
  const submission = { atom: "pi", input: { list: { upload: "u1" } } } as const;
  await grid().submit(submission);
  await grid().submit(submission);
  await grid().submit(submission, { idempotencyKey: "nightly" });
  const [first, second, third] = server.api.asked.map(({ args }) => args);
  expect(first?.[0]).toEqual(submission);
  expect(first?.[2]).toMatch(/^[0-9a-f-]{36}$/);
  expect(second?.[2]).not.toBe(first?.[2]);
  expect(third?.[2]).toBe("nightly");
});

test("pages of jobs are one stream, asked for as it is read", async () => {
  const ids: string[] = [];
  for await (const { id } of grid().jobs({ state: "running" })) ids.push(id);
  expect(ids).toEqual(["j1", "j1", "j1"]);
  expect(server.api.asked.map(({ args }) => args[0])).toEqual([
    { state: "running", limit: 100 },
    { state: "running", limit: 100, before: "older" },
  ]);
});

test("a limit holds over all pages", async () => {
  for await (const _ of grid().jobs({ limit: 2 }));
  expect(server.api.asked.map(({ args }) => args[0])).toEqual([{ limit: 2 }]);
});

test("steering is one request each", async () => {
  const job = grid().job("j1");
  expect((await job.pause()).state).toBe("paused");
  await job.resume();
  expect((await job.cancel()).state).toBe("cancelled");
  await job.retry();
  await job.retry({ electron: 3 });
  await job.delete();
  expect(server.api.asked.map(({ call, args }) => [call, ...args.slice(0, -1)])).toEqual([
    ["pause", "j1"],
    ["resume", "j1"],
    ["cancel", "j1"],
    ["retry", "j1", null],
    ["retry", "j1", 3],
    ["delete", "j1"],
  ]);
});

test("the grid as a whole can be looked at", async () => {
  expect(await grid().volunteers()).toMatchObject([{ volunteer: "abcd", slots: 4 }]);
  expect(await grid().stats()).toMatchObject({ volunteers: 3 });
});

test("without a token writing is refused", async () => {
  await expect(connect({ url: server.url }).publish("x")).rejects.toMatchObject({ code: "unauthorized", status: 401 });
});

test.each(["grid", "ftp://grid", "http://a:b@grid", "http://grid/?a", "http://grid/#a"])("%s is no address", (url) => {
  expect(() => connect({ url })).toThrow(TypeError);
});

test("an address is kept in one form", () => {
  expect(connect({ url: "HTTP://Grid.example:80/a/" }).url).toBe("http://grid.example/a");
});

describe("with a signal that has aborted", () => {
  const reason = new Error("enough");
  const options = { signal: AbortSignal.abort(reason) };
  const job = () => grid().job("j1");
  const atom = { name: "square", process: (n: number) => n * n };
  const first = (stream: AsyncGenerator) => stream.next();

  test.each<[string, () => Promise<unknown>]>([
    ["publish", () => grid().publish("export default {};", options)],
    ["publish of an atom", () => grid().publish(atom, options)],
    ["publishFile", () => grid().publishFile(new URL("./grid.js", import.meta.url), options)],
    ["atoms", () => first(grid().atoms(options))],
    ["upload", () => grid().upload([1], options)],
    ["uploads", () => first(grid().uploads(options))],
    ["deleteUpload", () => grid().deleteUpload("u1", options)],
    ["submit", () => grid().submit({ atom: "pi", input: { list: [1] } }, options)],
    ["submitBody", () => grid().submitBody({}, options)],
    ["jobs", () => first(grid().jobs(options))],
    ["volunteers", () => grid().volunteers(options)],
    ["stats", () => grid().stats(options)],
    ["view", () => job().view(options)],
    ["result", () => job().result(options)],
    ["watch", () => first(job().watch(options))],
    ["results", () => first(job().results(options))],
    ["results that follow", () => first(job().results({ follow: true, ...options }))],
    ["resultViews", () => first(job().resultViews(options))],
    ["events", () => first(job().events(options))],
    ["deadLetters", () => first(job().deadLetters(options))],
    ["pause", () => job().pause(options)],
    ["resume", () => job().resume(options)],
    ["cancel", () => job().cancel(options)],
    ["retry", () => job().retry(options)],
    ["delete", () => job().delete(options)],
  ])("%s ends with its reason, and asks nothing", async (_, call) => {
    await expect(call()).rejects.toBe(reason);
    expect(server.api.asked).toEqual([]);
  });
});

test("an atom goes as its text, and a submission of it as its id", async () => {
  const atom = await grid().publish({ name: "square", process: (n: number) => n * n });
  expect(String(server.api.asked[0]?.args[0])).toMatch(/^export default \{\n {2}name: "square",\n {2}process: /);
  await grid().submit({ atom, input: { list: [1] }, reduce: "sum" });
  const upload = await grid().upload([1, 2]);
  await grid().submit({ atom, input: { list: { upload } } });
  const bodies = server.api.asked.filter(({ call }) => call === "submit").map(({ args }) => args[0]);
  expect(bodies).toEqual([
    { atom: atom.id, input: { list: [1] }, reduce: "sum" },
    { atom: atom.id, input: { list: { upload: "u1" } } },
  ]);
});
