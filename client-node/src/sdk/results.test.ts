import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { steady } from "@valence/coordinator/testing/steady";
import { afterEach, expect, test, vi } from "vitest";
import { type FakeGrid, fakeGrid, ndjson, properties } from "../testing/fake-grid.js";
import { type PlainServer, plainServer } from "../testing/plain-server.js";
import { connect } from "./connect.js";

let server: PlainServer | FakeGrid;
afterEach(() => server.close());

const line = (electron: number) => `${JSON.stringify(properties(electron))}\n`;
const job = () => connect({ url: server.url }).job("j1");

async function electrons(stream: AsyncIterable<{ electron: number }>): Promise<number[]> {
  const list: number[] = [];
  for await (const { electron } of stream) list.push(electron);
  return list;
}

test("each line is the properties of an electron, its result a value", async () => {
  const result = { $bin: "AAAAAAAA8D8=", $type: "Float64Array" };
  server = await fakeGrid({
    results: async () =>
      (async function* () {
        yield ndjson(properties(0, result), properties(1, { $num: "NaN" }));
      })(),
  });
  const results: unknown[] = [];
  for await (const each of job().results<Float64Array | number>({ follow: true, from: 0, to: 20 }))
    results.push(each.result);
  expect(results).toEqual([new Float64Array([1]), Number.NaN]);
  expect((server as FakeGrid).api.asked[0]?.args[1]).toEqual({ from: 0, to: 20, follow: true });
});

test("after a broken connection the stream goes on, each line once", async () => {
  server = await plainServer((_request, response, nth) => {
    response.write([line(0) + line(1) + line(2).slice(0, 40), line(2), line(3)][nth - 1]);
    setTimeout(() => (nth === 3 ? response.end() : response.destroy()), 20);
  });
  expect(await electrons(job().results({ follow: true }))).toEqual([0, 1, 2, 3]);
  const path = "GET /api/v1/jobs/j1/results?follow=1";
  expect((server as PlainServer).asked).toEqual([path, `${path}&after=c1`, `${path}&after=c2`]);
});

test("a coordinator that restarts is waited for", async () => {
  server = await plainServer((_request, response) => response.write(line(0), () => response.destroy()));
  const { url } = server;
  const stream = job().results({ follow: true });
  await stream.next();
  await server.close();
  const refused = vi.fn();
  const listen = (message: unknown): unknown => (message as { socket: Socket }).socket.once("error", refused);
  subscribe("net.client.socket", listen);
  const rest = electrons(stream);
  await vi.waitFor(() => expect(refused).toHaveBeenCalled());
  server = await plainServer((_request, response) => response.end(line(1)), Number(new URL(url).port));
  expect(await rest).toEqual([1]);
  unsubscribe("net.client.socket", listen);
});

test("a refusal is not repeated, at the start nor later", async () => {
  const refusal = JSON.stringify({ code: "unknown_job", detail: "Gone." });
  server = await plainServer((_request, response, nth) => {
    if (nth === 1) response.write(line(0), () => response.destroy());
    else response.writeHead(404).end(refusal);
  });
  await expect(electrons(job().results({ follow: true }))).rejects.toMatchObject({ code: "unknown_job" });
  await expect(electrons(job().results({ follow: true }))).rejects.toMatchObject({ code: "unknown_job" });
});

test("a line of another form is an error, not a reason to ask again", async () => {
  server = await plainServer((_request, response) => response.end('{"electron":-1}\n'));
  await expect(electrons(job().results({ follow: true }))).rejects.toMatchObject({ code: "unknown_answer" });
  expect((server as PlainServer).asked).toHaveLength(1);
});

test("a slow reader holds the coordinator back", async () => {
  let yielded = 0;
  server = await fakeGrid({
    results: async () =>
      (async function* () {
        for (; yielded < 100; yielded++) yield ndjson(properties(yielded, "x".repeat(500_000)));
      })(),
  });
  const stream = job().results({ follow: true });
  await stream.next();
  expect(await steady(() => yielded)).toBeLessThan(50);
  expect(await electrons(stream)).toHaveLength(99);
});

test("a reader that has enough closes the connection", async () => {
  const gone = vi.fn();
  server = await plainServer((request, response) => {
    request.socket.once("close", gone);
    response.write(line(0));
  });
  for await (const _ of job().results({ follow: true })) break;
  await vi.waitFor(() => expect(gone).toHaveBeenCalled());
});

test("an abort ends a follower that waits", async () => {
  server = await plainServer((_request, response) => response.write(line(0)));
  const controller = new AbortController();
  const stream = job().results({ follow: true, signal: controller.signal });
  await stream.next();
  const waiting = stream.next();
  controller.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  expect((server as PlainServer).asked).toHaveLength(1);
});
