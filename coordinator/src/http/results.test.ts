import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { GridError } from "@valence/shared/errors";
import { afterEach, expect, test } from "vitest";
import type { JobsApi } from "../api.js";
import { fakeApi, ndjson, properties } from "../testing/fake-api.js";
import { AUTHORIZED, type HttpGrid, httpGrid } from "../testing/http-grid.js";
import { steady } from "../testing/steady.js";

let grid: HttpGrid;
afterEach(() => grid.close());

/** A grid whose results are what `texts` yields. */
async function gridOf(texts: (signal: AbortSignal) => AsyncIterable<string>): Promise<void> {
  const results: JobsApi["results"] = async (_id, _query, _caller, signal) => texts(signal);
  grid = await httpGrid({ api: fakeApi({ results }) });
}

async function open(query = ""): Promise<IncomingMessage> {
  const [response] = await once(get(`${grid.url}/api/v1/jobs/j1/results${query}`, { agent: false }), "response");
  return response;
}

test("each line is one electron's properties, and the file is no document", async () => {
  await gridOf(async function* () {
    yield ndjson(properties(0), properties(1, { a: "line\nbreak" }));
    yield ndjson(properties(2));
  });
  const response = await fetch(`${grid.url}/api/v1/jobs/j1/results?from=0&to=30&after=c9`, { headers: AUTHORIZED });
  const lines = (await response.text()).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    properties(0),
    properties(1, { a: "line\nbreak" }),
    properties(2),
  ]);
  expect(grid.api.asked[0]?.args[1]).toEqual({ from: 0, to: 30, follow: false, after: "c9" });
  expect(response.headers.get("content-type")).toMatch(/^application\/x-ndjson/);
  expect(response.headers.get("content-disposition")).toMatch(/^attachment/);
  expect(response.headers.get("content-security-policy")).toMatch(/^sandbox;/);
});

test("a follower is let in before there is a result, and gets each as it comes", async () => {
  let release = () => {};
  await gridOf(async function* () {
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    yield ndjson(properties(0));
  });
  const response = await open("?follow=1");
  expect(response.statusCode).toBe(200);
  expect(grid.api.asked[0]?.args[1]).toMatchObject({ follow: true });
  release();
  expect(JSON.parse(String((await once(response, "data"))[0]))).toEqual(properties(0));
});

test("[H9] a slow reader holds the iteration back, and gets everything in the end", async () => {
  let yielded = 0;
  await gridOf(async function* () {
    for (; yielded < 100; yielded++) yield ndjson(properties(yielded, "x".repeat(500_000)));
  });
  const response = await open();
  response.pause();
  expect(await steady(() => yielded)).toBeLessThan(50);
  let lines = 0;
  for await (const chunk of response) lines += String(chunk).split("\n").length - 1;
  expect(lines).toBe(100);
});

test("when the client goes away while it reads slowly, the iteration is closed", async () => {
  let yielded = 0;
  let close = () => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  await gridOf(async function* () {
    try {
      for (; ; yielded++) yield ndjson(properties(yielded, "x".repeat(100_000)));
    } finally {
      close();
    }
  });
  const response = await open();
  response.pause();
  await steady(() => yielded);
  response.destroy();
  await closed;
  expect(grid.logged).toEqual([]);
});

test("when a follower goes away while nothing comes, the signal says so", async () => {
  let gone = () => {};
  const signalled = new Promise<void>((resolve) => {
    gone = resolve;
  });
  await gridOf(async function* (signal) {
    yield ndjson(properties(0));
    await once(signal, "abort");
    gone();
    signal.throwIfAborted();
  });
  const response = await open("?follow=1");
  await once(response, "data");
  response.destroy();
  await signalled;
  expect(grid.logged).toEqual([]);
});

test("results that were not kept are a problem, not an empty file", async () => {
  const results = async () => {
    throw new GridError("results_not_kept", "The job keeps no results.");
  };
  grid = await httpGrid({ api: fakeApi({ results }) });
  const response = await fetch(`${grid.url}/api/v1/jobs/j1/results`);
  expect(response.status).toBe(409);
  expect(response.headers.get("content-disposition")).toBeNull();
  expect(await response.json()).toMatchObject({ code: "results_not_kept" });
});

test("a fault in the middle cuts the file, so that it does not look whole", async () => {
  await gridOf(async function* () {
    yield ndjson(properties(0));
    throw new TypeError("boom");
  });
  const response = await fetch(`${grid.url}/api/v1/jobs/j1/results`);
  await expect(response.text()).rejects.toThrow();
  expect(grid.logged).toMatchObject([{ event: "http_bug" }]);
});

test("HEAD asks for the headers alone", async () => {
  await gridOf(async function* () {
    yield await new Promise<never>(() => {});
  });
  const response = await fetch(`${grid.url}/api/v1/jobs/j1/results?follow=1`, { method: "HEAD" });
  expect(response.headers.get("content-type")).toMatch(/^application\/x-ndjson/);
});

test("a range that runs backwards is refused", async () => {
  grid = await httpGrid();
  expect((await fetch(`${grid.url}/api/v1/jobs/j1/results?from=5&to=5`)).status).toBe(200);
  expect((await fetch(`${grid.url}/api/v1/jobs/j1/results?from=6&to=5`)).status).toBe(422);
});
