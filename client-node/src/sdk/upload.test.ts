import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { steady } from "@valence/coordinator/testing/steady";
import { GridError } from "@valence/shared/errors";
import type { Value } from "@valence/shared/value";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type FakeGrid, fakeGrid, TOKEN } from "../testing/fake-grid.js";
import { type PlainServer, plainServer } from "../testing/plain-server.js";
import { connect } from "./connect.js";
import type { UploadSource } from "./upload-source.js";

let server: FakeGrid | PlainServer;
afterEach(() => server.close());

const upload = (source: UploadSource, options: { signal?: AbortSignal; token?: string } = {}) =>
  connect({ url: server.url, token: options.token ?? TOKEN }).upload(source, options);

/** A grid that keeps the text of each upload. */
async function keeping(): Promise<string[]> {
  const texts: string[] = [];
  server = await fakeGrid({
    upload: async (lines) => {
      let text = "";
      for await (const chunk of lines) text += Buffer.from(chunk);
      texts.push(text);
      return { id: "u1", items: 2, bytes: text.length };
    },
  });
  return texts;
}

describe("what is uploaded", () => {
  const values = [{ n: 1 }, Uint8Array.of(1), Number.NaN, "a\nb", null] as const;
  const lines = '{"n":1}\n{"$bin":"AQ==","$type":"Uint8Array"}\n{"$num":"NaN"}\n"a\\nb"\nnull\n';
  async function* later(): AsyncGenerator<Value> {
    yield* values;
  }

  test.each<[string, () => UploadSource]>([
    ["an array", () => [...values]],
    ["a generator", () => later()],
    ["a stream of values", () => Readable.from([1, "x"].map((n) => ({ n })))],
  ])("%s: each value is a line in its JSON form", async (name, source) => {
    const texts = await keeping();
    expect(await upload(source())).toMatchObject({ id: "u1", items: 2 });
    expect(texts).toEqual([name === "a stream of values" ? '{"n":1}\n{"n":"x"}\n' : lines]);
  });

  test("a stream of bytes and a file go as they are", async () => {
    const texts = await keeping();
    const folder = mkdtempSync(join(tmpdir(), "valence-upload-"));
    const file = join(folder, "list.ndjson");
    writeFileSync(file, "1\n2");
    const bytes = () => Readable.from([Buffer.from("1\n"), Buffer.from("2")], { objectMode: false });
    const sources = [{ file }, { file: pathToFileURL(file) }, bytes(), Readable.toWeb(bytes()) as ReadableStream];
    for (const source of sources) await upload(source);
    rmSync(folder, { recursive: true });
    expect(texts).toEqual(Array(4).fill("1\n2"));
  });

  test.each(["1\n2\n", Buffer.from("1\n"), 7, {}])("%j alone is no source", async (source) => {
    await keeping();
    await expect(upload(source as never)).rejects.toThrow(TypeError);
  });
});

test("values are taken no faster than the coordinator takes their lines", async () => {
  let go = () => {};
  server = await fakeGrid({
    upload: async (chunks) => {
      await new Promise<void>((resolve) => (go = resolve));
      let bytes = 0;
      for await (const { length } of chunks) bytes += length;
      return { id: "u1", items: 1, bytes };
    },
  });
  let taken = 0;
  const values = function* () {
    for (; taken < 400; taken++) yield "x".repeat(100_000);
  };
  const uploading = upload(values());
  expect(await steady(() => taken)).toBeLessThan(200);
  go();
  expect(await uploading).toMatchObject({ bytes: 400 * 100_003 });
});

describe("a refusal", () => {
  const refusing = (lines: AsyncIterable<Uint8Array>) => refuse(lines);
  async function refuse(lines: AsyncIterable<Uint8Array>): Promise<never> {
    const refusal = new GridError("bad_json", "Line 3 is not JSON.", { details: { line: 3 } });
    for await (const _ of lines) throw refusal;
    throw refusal;
  }

  test("ends the upload at once, and says which line it was", async () => {
    server = await fakeGrid({ upload: refusing });
    let [taken, closed] = [0, false];
    const endless = async function* () {
      try {
        for (; ; taken++) yield "x".repeat(100_000);
      } finally {
        closed = true;
      }
    };
    await expect(upload(endless())).rejects.toMatchObject({ code: "bad_json", status: 400, details: { line: 3 } });
    await vi.waitFor(() => expect(closed).toBe(true));
    expect(taken).toBeLessThan(1_000);
  });

  test("does not wait for a source that has nothing to give now", async () => {
    server = await fakeGrid({ upload: refusing });
    const silent = new Readable({ read() {} });
    silent.push("x\n");
    await expect(upload(silent)).rejects.toMatchObject({ code: "bad_json" });
    expect(silent.destroyed).toBe(true);
  });

  test("for want of a token is told, whatever is still to be sent", async () => {
    await keeping();
    const large = Array.from({ length: 300 }, () => "x".repeat(100_000));
    await expect(upload(large, { token: "wrong" })).rejects.toMatchObject({ code: "forbidden", status: 403 });
  });
});

test("[H1] a refusal that comes early is read each time, though the server reads nothing more", async () => {
  server = await plainServer((_, response) => {
    const problem = { code: "forbidden", detail: "That is another token.", status: 403 };
    response.writeHead(403, { "Content-Type": "application/problem+json" }).end(JSON.stringify(problem));
  });
  const large = Array.from({ length: 70 }, () => "x".repeat(100_000));
  for (let i = 0; i < 5; i++) await expect(upload(large)).rejects.toMatchObject({ code: "forbidden" });
  // Else the server would close the connection with its answer, and now and then a write fail before that is read.
  expect(server.heads.map(({ connection }) => connection)).toEqual(Array(5).fill("keep-alive"));
});

describe("values that are there at once leave the program its turns", () => {
  const sources: [string, (taken: () => void) => UploadSource][] = [
    [
      "short ones",
      function* (taken) {
        for (let n = 0; ; n++) {
          taken();
          yield n;
        }
      },
    ],
    [
      "short ones, asynchronous",
      async function* (taken) {
        for (let n = 0; ; n++) {
          taken();
          yield n;
        }
      },
    ],
    [
      "long ones",
      function* (taken) {
        for (;;) {
          taken();
          yield "x".repeat(100_000);
        }
      },
    ],
    [
      "some that take their time",
      async function* (taken) {
        for (const until = () => performance.now() + 20; ; ) {
          for (const at = until(); performance.now() < at; );
          taken();
          yield 1;
        }
      },
    ],
  ];

  test.each(sources)("%s: a timer rings, and its abort is heard", async (_, source) => {
    server = await plainServer((request) => request.resume());
    const controller = new AbortController();
    const reason = new Error("enough");
    let taken = 0;
    setTimeout(() => controller.abort(reason), 1);
    await expect(
      upload(
        source(() => taken++),
        { signal: controller.signal },
      ),
    ).rejects.toBe(reason);
    // What is under way may go on until its next turn, and then nothing is taken any more.
    expect(await steady(() => taken)).toBeGreaterThan(0);
  });

  test("a stream of values that has nothing to give now is closed", async () => {
    server = await plainServer(() => {});
    const silent = new Readable({ objectMode: true, read() {} });
    silent.push(1);
    await expect(upload(silent, { signal: AbortSignal.timeout(10) })).rejects.toMatchObject({ name: "TimeoutError" });
    expect(silent.destroyed).toBe(true);
  });
});

describe("an upload that does not come to its end", () => {
  test("when a value cannot be sent: its number, and the coordinator gets nothing whole", async () => {
    const ended = vi.fn();
    server = await fakeGrid({
      upload: async (lines) => {
        for await (const _ of lines);
        ended();
        return { id: "u1", items: 1, bytes: 1 };
      },
    });
    const values = [1, { at: new Date(0) }] as never;
    await expect(upload(values)).rejects.toThrow("list[1].at: a Date cannot be sent");
    expect(ended).not.toHaveBeenCalled();
  });

  test("when the source fails: its error", async () => {
    await keeping();
    const failing = async function* (): AsyncGenerator<Value> {
      yield 1;
      throw new Error("the database is gone");
    };
    await expect(upload(failing())).rejects.toThrow("the database is gone");
    await expect(upload({ file: "/nowhere/list.ndjson" })).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("when it is aborted: the signal's reason", async () => {
    server = await plainServer(() => {});
    const controller = new AbortController();
    const reason = new Error("enough");
    const endless = async function* (): AsyncGenerator<Value> {
      for (let n = 0; ; n++) {
        yield n;
        if (n === 100_000) controller.abort(reason);
      }
    };
    await expect(upload(endless(), { signal: controller.signal })).rejects.toBe(reason);
    await expect(upload([1], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test("when the connection breaks, or nobody is there: unreachable", async () => {
    server = await plainServer((request) => request.once("data", () => request.socket.destroy()));
    const endless = function* (): Generator<Value> {
      for (;;) yield "x".repeat(1_000);
    };
    await expect(upload(endless())).rejects.toMatchObject({ name: "UnreachableError", code: "unreachable" });
    await server.close();
    await expect(upload([1])).rejects.toMatchObject({ message: expect.stringContaining("nothing listens there") });
  });

  test("when somebody else answers: that it is no coordinator", async () => {
    server = await plainServer((request, response) => request.resume().once("end", () => response.end("<html>")));
    await expect(upload([1])).rejects.toMatchObject({ code: "unknown_answer" });
  });
});

test("uploads are listed and deleted", async () => {
  await keeping();
  const grid = connect({ url: server.url, token: TOKEN });
  const ids: string[] = [];
  for await (const { id, jobs } of grid.uploads({ limit: 3 })) ids.push(`${id} ${jobs}`);
  await grid.deleteUpload("u/1");
  expect(ids).toEqual(["u1 0"]);
  expect((server as FakeGrid).api.asked.map(({ call, args }) => [call, args[0]])).toEqual([
    ["uploads", { limit: 3 }],
    ["deleteUpload", "u/1"],
  ]);
});
