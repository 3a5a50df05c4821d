import { spawn } from "node:child_process";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { type PlainServer, plainServer } from "../testing/plain-server.js";
import { HttpLink } from "./http-link.js";

let server: PlainServer;
afterEach(() => server.close());

const schema = z.object({ id: z.string() });
const link = () => new HttpLink(server.url, null);
const get = { path: "/x" } as const;
const kinds = {
  "a GET": get,
  "a call with a key": { method: "POST", path: "/x", key: "k1", body: { type: "text/plain", content: "b" } },
  "a POST": { method: "POST", path: "/x", body: { type: "text/plain", content: "b" } },
  "a DELETE": { method: "DELETE", path: "/x" },
} as const;
const found = (response: ServerResponse): unknown => response.end('{"id":"a"}');

/** The client's port of each request: a connection has one. */
async function serverOf(answer: (response: ServerResponse, nth: number) => unknown): Promise<(number | undefined)[]> {
  const ports: (number | undefined)[] = [];
  server = await plainServer((request, response, nth) => {
    ports.push(request.socket.remotePort);
    request.resume().once("end", () => answer(response, nth));
  });
  return ports;
}

describe("a connection is kept", () => {
  test("for the next call, of another grid object, too", async () => {
    const ports = await serverOf(found);
    for (const call of Object.values(kinds)) await link().read(call, schema);
    expect(new Set(ports).size).toBe(1);
  });

  test("after a stream that was read to its end, a refusal, and an answer without a body", async () => {
    const ports = await serverOf((response, nth) => {
      if (nth === 2) response.writeHead(404).end('{"code":"unknown_job","detail":"No."}');
      else if (nth === 3) response.writeHead(204).end();
      else found(response);
    });
    for await (const _ of (await link().open(get)).body);
    await expect(link().read(get, schema)).rejects.toMatchObject({ code: "unknown_job" });
    await link().send({ method: "DELETE", path: "/x" });
    await link().read(get, schema);
    expect(new Set(ports).size).toBe(1);
  });

  test("but not for longer than four seconds, though the program was too busy to close it", async () => {
    const ports = await serverOf(found);
    await link().read(get, schema);
    const later = performance.now() + 4_000;
    const clock = vi.spyOn(performance, "now").mockReturnValue(later);
    await link()
      .read(kinds["a POST"], schema)
      .finally(() => clock.mockRestore());
    expect(new Set(ports).size).toBe(2);
  });
});

describe("a kept connection that the server closes under a call", () => {
  /** The second request is cut off, unanswered. */
  const cutting = () => serverOf((response, nth) => (nth === 2 ? response.destroy() : found(response)));

  test.each(["a GET", "a call with a key"] as const)("[Q5] %s is sent again, on a new one", async (kind) => {
    const ports = await cutting();
    await link().read(get, schema);
    expect(await link().read(kinds[kind], schema)).toEqual({ id: "a" });
    expect(new Set(ports).size).toBe(2);
    expect(server.asked).toHaveLength(3);
    expect(server.asked[2]).toBe(server.asked[1]);
  });

  test.each(["a POST", "a DELETE"] as const)("[Q5] %s may have been acted on, and is not", async (kind) => {
    await cutting();
    await link().read(get, schema);
    await expect(link().read(kinds[kind], schema)).rejects.toThrow("the connection broke");
    expect(server.asked).toHaveLength(2);
  });

  test("[Q5] the second try is the last, and one on a new connection is the only one", async () => {
    await serverOf((response, nth) => (nth > 1 ? response.destroy() : found(response)));
    await link().read(get, schema);
    await expect(link().read(get, schema)).rejects.toThrow("the connection broke");
    expect(server.asked).toHaveLength(3);
    await expect(link().read(get, schema)).rejects.toThrow("the connection broke");
    expect(server.asked).toHaveLength(4);
  });

  test("of several that died together, none costs a try", async () => {
    const waiting: ServerResponse[] = [];
    const sockets = new Set<unknown>();
    await serverOf((response, nth) => {
      if (nth > 3) sockets.has(response.socket) ? response.destroy() : found(response);
      else waiting.push(response);
      sockets.add(response.socket);
      if (waiting.length === 3) for (const each of waiting.splice(0)) found(each);
    });
    await Promise.all([1, 2, 3].map(() => link().read(get, schema)));
    expect(await link().read(get, schema)).toEqual({ id: "a" });
    expect(server.asked).toHaveLength(5);
  });
});

test("a program ends by itself when its last call has its answer", async () => {
  const ports = await serverOf(found);
  const module = new URL("./http-link.js", import.meta.url);
  const program = `
    import { HttpLink } from "${module}";
    const link = new HttpLink("${server.url}", null);
    const schema = { safeParse: (data) => ({ success: true, data }) };
    for (let i = 0; i < 3; i++) await link.read({ path: "/x" }, schema);
    const holding = process.getActiveResourcesInfo().filter((name) => /^(TCP|TLS|Timeout)/.test(name));
    process.stdout.write(JSON.stringify(holding));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [holding, exit] = await Promise.all([text(child.stdout), once(child, "exit")]);
  expect([holding, exit]).toEqual(["[]", [0, null]]);
  expect(new Set(ports).size).toBe(1);
});

describe("our own clocks", () => {
  const withClocks = async (check: () => Promise<unknown>) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await check().finally(() => vi.useRealTimers());
  };

  test("an answer that has not begun after 60 s is silence, and so is a stream", async () => {
    await serverOf(() => {});
    await withClocks(async () => {
      const waiting = [link().read(get, schema), link().open(get)];
      const failed = waiting.map((each) => expect(each).rejects.toThrow("it does not answer"));
      await vi.waitFor(() => expect(server.asked).toHaveLength(2));
      await vi.advanceTimersByTimeAsync(60_000);
      await Promise.all(failed);
    });
    expect(server.asked).toHaveLength(2);
  });

  test("one that has begun must be whole by then, and a stream need not", async () => {
    let begun: ServerResponse | undefined;
    await serverOf((response, nth) => {
      response.writeHead(200).write("{");
      if (nth === 1) begun = response;
    });
    await withClocks(async () => {
      const { body } = await link().open(get);
      const failed = expect(link().read(get, schema)).rejects.toThrow("it does not answer");
      await vi.waitFor(() => expect(server.asked).toHaveLength(2));
      await vi.advanceTimersByTimeAsync(60_000);
      await failed;
      begun?.end("}");
      expect(await text(body)).toBe("{}");
    });
  });

  test("who does not take a connection within 10 s is not there: nothing has left, and nothing is repeated", async () => {
    await serverOf(found);
    const mute = createServer((socket) => socket.resume()).listen(0, "127.0.0.1");
    await once(mute, "listening");
    const url = `https://127.0.0.1:${(mute.address() as AddressInfo).port}`; // the handshake is never answered
    await withClocks(async () => {
      const call = { method: "POST", path: "/x", key: "k1" } as const;
      const failed = expect(new HttpLink(url, null).readOnce(call, schema)).rejects.toThrow("it does not answer");
      await once(mute, "connection");
      await vi.advanceTimersByTimeAsync(10_000);
      await failed;
    });
    await new Promise((resolve) => mute.close(resolve));
  });
});

test("a signal that many calls share is no leak, and is let go by each", async () => {
  await serverOf(found);
  const { signal } = new AbortController();
  const removed = vi.spyOn(signal, "removeEventListener");
  const warned = vi.fn();
  process.on("warning", warned);
  await Promise.all(Array.from({ length: 20 }, () => link().read({ ...get, signal }, schema)));
  await vi.waitFor(() => expect(removed).toHaveBeenCalledTimes(20));
  expect(warned).not.toHaveBeenCalled();
  process.off("warning", warned);
});

test("a header that cannot be sent is a fault of the program, and no silence", async () => {
  await serverOf(found);
  await expect(link().read({ ...get, key: "a\nb" }, schema)).rejects.toBeInstanceOf(TypeError);
});

test("letters are whole, wherever their bytes were cut", async () => {
  const bytes = Buffer.from('{"id":"größer 😀"}');
  await serverOf(async (response) => {
    for (const byte of bytes) await new Promise((resolve) => response.write(Buffer.of(byte), resolve));
    response.end();
  });
  expect(await link().read(get, schema)).toEqual({ id: "größer 😀" });
});

test("a coordinator behind a proxy has a path", async () => {
  await serverOf(found);
  await new HttpLink(`${server.url}/grids/one`, null).read({ path: "/x", query: { limit: 1 } }, schema);
  expect(server.asked).toEqual(["GET /grids/one/api/v1/x?limit=1"]);
});

test("nothing is asked for but what is read here: no compression, and no other host", async () => {
  await serverOf(found);
  await link().read(get, schema);
  expect(Object.keys(server.heads[0] ?? {}).sort()).toEqual(["accept", "connection", "host"]);
});

test.each([
  ["speaks no HTTP", "http", "what listens there does not speak HTTP"],
  ["makes no secure connection", "https", "what listens there makes no secure connection with us"],
])("what %s is unreachable, in a sentence", async (_, scheme, reason) => {
  await serverOf(found);
  const stranger = createServer(
    (socket) =>
      void socket
        .on("error", () => {})
        .resume()
        .end("SSH-2.0-x\r\n"),
  ).listen(0, "127.0.0.1");
  await once(stranger, "listening");
  const url = `${scheme}://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
  await expect(new HttpLink(url, null).read(get, schema)).rejects.toThrow(`${url}: ${reason}.`);
  await new Promise((resolve) => stranger.close(resolve));
});
