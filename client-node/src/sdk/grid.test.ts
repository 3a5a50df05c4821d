import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
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
