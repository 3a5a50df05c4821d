import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { GridError } from "@valence/shared/errors";
import { UPLOAD_BYTES_MAX } from "@valence/shared/limits";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type FakeApi, fakeApi, UPLOAD } from "../testing/fake-api.js";
import { AUTHORIZED, type HttpGrid, httpGrid, TOKEN } from "../testing/http-grid.js";
import { steady } from "../testing/steady.js";
import { ownerOf } from "../tokens.js";
import type { Patience } from "./patience.js";

const admin = { owner: ownerOf(TOKEN), admin: true };
const NDJSON = { ...AUTHORIZED, "Content-Type": "application/x-ndjson" };

let grid: HttpGrid;
afterEach(() => grid.close());

async function open(overrides: Partial<FakeApi> = {}, patience: Partial<Patience> = {}): Promise<void> {
  grid = await httpGrid({ api: fakeApi(overrides), patience });
}

function upload(body: NonNullable<RequestInit["body"]>, headers: Record<string, string> = {}): Promise<Response> {
  const init = { method: "POST", body, headers: { ...NDJSON, ...headers }, duplex: "half" as const };
  return fetch(`${grid.url}/api/v1/inputs`, init);
}

/** Takes all of it, and keeps what it took. */
async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of chunks) text += Buffer.from(chunk).toString("latin1");
  return text;
}

/** An API whose upload keeps the text. */
function keeping(texts: string[]): Partial<FakeApi> {
  return {
    upload: async (lines) => {
      texts.push(await textOf(lines));
      return { id: "u1", items: 1, bytes: 1 };
    },
  };
}

describe("what is sent", () => {
  test("is taken, and answered with its address, its items and its bytes", async () => {
    await open();
    const response = await upload("1\n[2]\n\n");
    expect(response.status).toBe(201);
    expect(response.headers.get("location")).toBe("/api/v1/inputs/u1");
    expect(await response.json()).toEqual({ id: "u1", items: 2, bytes: 7 });
    expect(grid.api.asked[0]).toMatchObject({ call: "upload", args: [{}, admin] });
  });

  test("is unpacked where it is gzip", async () => {
    const texts: string[] = [];
    await open(keeping(texts));
    expect((await upload(gzipSync("1\n2\n"), { "Content-Encoding": "GZIP" })).status).toBe(201);
    expect(texts).toEqual(["1\n2\n"]);
  });

  test.each([
    ["not gzip", Buffer.from("1\n2\n")],
    ["broken off", gzipSync("1\n".repeat(9_999)).subarray(0, 30)],
    ["damaged", gzipSync("1\n2\n").fill(0, 12)],
  ])("is refused where it says gzip and is %s", async (_, body) => {
    await open(keeping([]));
    const response = await upload(body, { "Content-Encoding": "gzip" });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "bad_encoding" });
  });

  test.each([
    [{ "Content-Type": "application/json" }],
    [{ "Content-Type": "application/x-ndjson; charset=latin1" }],
    [{ "Content-Encoding": "br" }],
    [{ "Content-Encoding": "gzip, gzip" }],
  ])("%j is unsupported", async (headers) => {
    await open();
    const response = await upload("1\n", headers);
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({
      code: "unsupported_media_type",
      detail: "Send application/x-ndjson in UTF-8, as it is or with Content-Encoding gzip.",
    });
    expect(grid.api.asked).toEqual([]);
  });

  test("[M1] is refused at once when it says that it is too long", async () => {
    await open({ upload: async () => ({ id: "u1", items: 1, bytes: 1 }) });
    const statusOf = (length: number) =>
      new Promise<unknown>((resolve, reject) => {
        const headers = { ...NDJSON, "Content-Length": length };
        const asking = httpRequest(`${grid.url}/api/v1/inputs`, { method: "POST", headers, agent: false });
        asking.once("response", (response) => {
          resolve(response.statusCode);
          asking.on("error", () => {}).destroy();
        });
        asking.once("error", reject).write("1\n");
      });
    expect(await statusOf(UPLOAD_BYTES_MAX)).toBe(201);
    expect(await statusOf(UPLOAD_BYTES_MAX + 1)).toBe(413);
  });

  test("is read no faster than it is taken", async () => {
    let go = () => {};
    const texts: string[] = [];
    await open({
      upload: async (lines) => {
        await new Promise<void>((resolve) => (go = resolve));
        return keeping(texts).upload!(lines, admin);
      },
    });
    let sent = 0;
    const body = Readable.from(
      (function* () {
        for (; sent < 200; sent++) yield Buffer.alloc(256 * 1024, 0x31);
      })(),
    );
    const answer = upload(Readable.toWeb(body) as ReadableStream);
    expect(await steady(() => sent)).toBeLessThan(100);
    go();
    expect((await answer).status).toBe(201);
    expect(texts[0]).toHaveLength(200 * 256 * 1024);
  });

  test("may go on after a refusal, and the refusal is read", async () => {
    const refusal = new GridError("bad_json", "Line 1 is not JSON.", { details: { line: 1 } });
    await open({
      upload: async (lines) => {
        for await (const _ of lines) throw refusal;
        throw refusal;
      },
    });
    const body = Buffer.alloc(20 * 1024 * 1024, 0x78);
    for (const headers of [{}, { "Content-Encoding": "gzip" }]) {
      const packed = "Content-Encoding" in headers ? gzipSync(body, { level: 0 }) : body;
      const response = await upload(packed, headers);
      expect(await response.json()).toMatchObject({ code: "bad_json", status: 400, line: 1 });
    }
  });

  test.each(["identity", "gzip"])(
    "[H1] may go on after a refusal over a connection that is to be closed, %s",
    async (encoding) => {
      const refusal = new GridError("bad_json", "Line 1 is not JSON.");
      await open({
        upload: async (lines) => {
          for await (const _ of lines) throw refusal;
          throw refusal;
        },
      });
      const body = Buffer.alloc(8 * 1024 * 1024, 0x78);
      const packed = encoding === "gzip" ? gzipSync(body, { level: 0 }) : body;
      const headers = { ...NDJSON, "Content-Encoding": encoding, "Content-Length": packed.length };
      const lines = Object.entries({ Host: "127.0.0.1", Connection: "close", ...headers }).map((pair) =>
        pair.join(": "),
      );
      const socket = connect(grid.port, "127.0.0.1");
      let text = "";
      socket.on("data", (data) => (text += data)).on("error", () => {});
      const closed = once(socket, "close");
      socket.write(`POST /api/v1/inputs HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      socket.write(packed.subarray(0, 70_000));
      await vi.waitFor(() => expect(text).toMatch(/^HTTP\/1.1 400 .*Line 1 is not JSON.*}$/s));
      // What still comes is taken, and the connection ends behind it: nothing resets it.
      const sent = new Promise((resolve) => socket.write(packed.subarray(70_000), resolve));
      expect(await sent).toBeFalsy();
      expect(await closed).toEqual([false]);
    },
  );

  test("that breaks off is an error to whoever takes it, and nothing is logged", async () => {
    const broken = vi.fn();
    await open({
      upload: async (lines) => {
        await textOf(lines).catch(broken);
        throw broken.mock.lastCall?.[0];
      },
    });
    for (const encoding of ["identity", "gzip"]) {
      const headers = { ...NDJSON, "Content-Encoding": encoding };
      const asking = httpRequest(`${grid.url}/api/v1/inputs`, { method: "POST", headers, agent: false });
      asking.on("error", () => {});
      asking.write(encoding === "gzip" ? gzipSync("1\n").subarray(0, 12) : "1\n");
      await vi.waitFor(() => expect(grid.api.asked.length).toBeGreaterThan(broken.mock.calls.length));
      asking.destroy();
      await vi.waitFor(() => expect(broken).toHaveBeenCalledTimes(grid.api.asked.length));
    }
    expect(grid.logged).toEqual([]);
  });
});

describe("uploads that are there", () => {
  test("are listed, looked at and deleted", async () => {
    await open();
    const call = (path: string, method = "GET") => fetch(`${grid.url}/api/v1${path}`, { method, headers: AUTHORIZED });
    expect(await (await call("/inputs?limit=2&before=u9")).json()).toEqual({ items: [UPLOAD], next: null });
    expect(await (await call("/inputs/u1")).json()).toEqual(UPLOAD);
    expect((await call("/inputs/u1", "DELETE")).status).toBe(204);
    expect(grid.api.asked).toEqual([
      { call: "uploads", args: [{ limit: 2, before: "u9" }, admin] },
      { call: "uploadView", args: ["u1", admin] },
      { call: "deleteUpload", args: ["u1", admin] },
    ]);
  });

  test.each(["/inputs?limit=201", "/inputs?owner=x", "/inputs/u1?x=1"])("%s is refused", async (path) => {
    await open();
    const response = await fetch(`${grid.url}/api/v1${path}`, { headers: AUTHORIZED });
    expect(await response.json()).toMatchObject({ code: "invalid_request" });
  });
});

describe("whoever does not go on is cut", () => {
  /** Sends the beginning of a request, and resolves to what came back when the connection is closed. */
  function begin(path: string, headers: Record<string, string>): Promise<string> {
    return new Promise((resolve) => {
      let text = "";
      const socket = connect(grid.port, "127.0.0.1");
      const lines = Object.entries({ Host: "127.0.0.1", "Content-Length": "9", ...headers }).map((pair) =>
        pair.join(": "),
      );
      socket.write(`POST /api/v1${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n1\n`);
      socket.on("data", (data) => (text += data)).on("error", () => {});
      socket.once("close", () => resolve(text));
    });
  }

  test("an upload when nothing comes for a while", async () => {
    await open({}, { silenceMs: 50 });
    expect(await begin("/inputs", NDJSON)).toBe("");
  });

  test("another body when it does not come whole", async () => {
    await open({}, { bodyMs: 50 });
    expect(await begin("/jobs", { ...AUTHORIZED, "Content-Type": "application/json" })).toBe("");
    expect((await upload("1\n")).status).toBe(201);
  });

  test.each(["/inputs", "/jobs", "/nowhere"])("who is answered before the end, %s", async (path) => {
    await open({}, { lingerMs: 50 });
    expect(await begin(path, {})).toMatch(/^HTTP\/1.1 40[14] /);
  });

  test("and Node's own limit for headers stands", async () => {
    await open();
    expect(grid.server).toMatchObject({ requestTimeout: 0, headersTimeout: 60_000 });
  });

  test("and a connection at rest is kept for longer than who asks keeps it", async () => {
    await open();
    const { headers } = await fetch(`${grid.url}/healthz`);
    expect(headers.get("keep-alive")).toBe("timeout=75");
  });
});
