import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { closed, type HttpGrid, httpGrid, listening } from "../testing/http-grid.js";
import { PROBLEM_TYPE } from "./problem.js";
import { httpServer } from "./server.js";

let grid: HttpGrid;
beforeEach(async () => {
  grid = await httpGrid();
});
afterEach(() => grid.close());

/** All that comes back for these bytes, and for those that follow when something has come, until the connection is closed. */
async function heardFor(bytes: string, { next = "", port = grid.port } = {}): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1" }).setEncoding("latin1");
  let heard = "";
  socket.on("data", (text) => {
    heard += text;
  });
  socket.once("data", () => socket.write(next));
  socket.write(bytes, "latin1");
  await once(socket, "close");
  return heard;
}

const LONG = `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: ${"a".repeat(20_000)}\r\n\r\n`;
const BODY = "POST /api/v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n";

test.each([
  ["what is no HTTP", "\x16\x03\x01 or whatever\r\n\r\n", "This is no HTTP request, or not the whole of one."],
  ["another version of it", "GET / HTTP/9.9\r\n\r\n", "This is no HTTP request, or not the whole of one."],
  ["headers that are too long", LONG, "The headers are too long."],
  ["a body that is not as it is announced", BODY, "This is no HTTP request, or not the whole of one."],
])("[H1] %s is refused with a code, and closed", async (_, bytes, detail) => {
  const [head = "", body = ""] = (await heardFor(bytes)).split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(head).toContain(`Content-Type: ${PROBLEM_TYPE}`);
  const title = "Bad message";
  expect(JSON.parse(body)).toEqual({
    type: "urn:valence:problem:bad_message",
    title,
    status: 400,
    detail,
    code: "bad_message",
  });
  expect(grid.logged).toEqual([]);
});

test("what comes after an answer, and is no request, is refused like any", async () => {
  const heard = await heardFor("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", { next: "nonsense\r\n\r\n" });
  expect(heard).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*"ok"\}HTTP\/1\.1 400 Bad Request[\s\S]*"bad_message"\}$/);
});

test("what comes within an answer, and is no request, cuts it, and is no part of it", async () => {
  const server = httpServer((_, response) => void response.writeHead(200, { "Content-Length": 9 }).write("begun"));
  const port = await listening(server);
  const heard = await heardFor("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", { next: "nonsense\r\n\r\n", port });
  await closed(server);
  expect(heard).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*\r\n\r\nbegun$/);
});

test("[H3] a request that does not say its Host is refused with a code, wherever the coordinator listens", async () => {
  const open = await httpGrid({ place: { host: "0.0.0.0", publicUrl: null } });
  for (const { port } of [grid, open]) {
    const heard = await heardFor("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", { port });
    expect(heard).toMatch(/^HTTP\/1\.1 403 [\s\S]*"code":"host_refused"/);
  }
  await open.close();
});

test("an expectation that nobody knows is none", async () => {
  const expecting = "GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nExpect: much\r\n\r\n";
  expect(await heardFor(expecting)).toMatch(/^HTTP\/1\.1 404 [\s\S]*"code":"not_found"/);
});
