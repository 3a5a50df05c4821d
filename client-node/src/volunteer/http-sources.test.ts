import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { atomIdOf, sha256Hex } from "@valence/shared/atom-id";
import type { AtomSources } from "@valence/shared/client/atom-sources";
import { ATOM_BYTES_MAX } from "@valence/shared/limits";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { httpSources } from "./http-sources.js";

const source = new TextEncoder().encode("export default { name: 'a', process: () => 1 };");
const atom = atomIdOf("a", sha256Hex(source));
let server: Server;
let sources: AtomSources;
let asked: string[];
let answer: (response: ServerResponse, times: number) => void;

beforeEach(async () => {
  asked = [];
  answer = (response) => response.end(source);
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    answer(response, asked.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  sources = open();
});
afterEach(() => {
  sources.close();
  server.closeAllConnections();
  server.close();
});

function open(patienceMs = 20_000): AtomSources {
  const { port } = server.address() as AddressInfo;
  return httpSources({ url: `http://127.0.0.1:${port}/`, random: () => 0.001, patienceMs });
}

function status(code: number): (response: ServerResponse) => void {
  return (response) => response.writeHead(code).end();
}

test("a source is fetched once, however many slots want it", async () => {
  const [first, second] = await Promise.all([sources.get(atom), sources.get(atom)]);
  expect(first).toEqual(source);
  expect(second).toBe(first);
  expect(asked).toEqual([`/api/v1/atoms/${atom}/source`]);
});

describe("what passes is tried again", () => {
  test("an answer of trouble", async () => {
    answer = (response, times) => (times < 4 ? status(times === 1 ? 429 : 503)(response) : response.end(source));
    expect(await sources.get(atom)).toEqual(source);
    expect(asked).toHaveLength(4);
  });

  test("a connection that breaks", async () => {
    answer = (response, times) => (times < 3 ? response.socket?.destroy() : response.end(source));
    expect(await sources.get(atom)).toEqual(source);
  });

  test("until patience is at its end", async () => {
    answer = status(500);
    sources = open(0);
    await expect(sources.get(atom)).rejects.toMatchObject({ code: "source_unreachable" });
  });

  test("until it is closed", async () => {
    const closed = new Promise<void>((resolve) => {
      answer = () => {
        sources.close();
        resolve();
      };
    });
    await expect(sources.get(atom)).rejects.toMatchObject({ code: "source_unreachable" });
    await closed;
  });
});

describe("what does not pass is refused at once", () => {
  test("an atom that is not there, which is asked for anew when wanted again", async () => {
    answer = status(404);
    await expect(sources.get(atom)).rejects.toMatchObject({ code: "unknown_atom" });
    answer = (response) => response.end(source);
    expect(await sources.get(atom)).toEqual(source);
  });

  test("other bytes than the id names", async () => {
    answer = (response) => response.end("export default {};");
    await expect(sources.get(atom)).rejects.toMatchObject({ code: "atom_mismatch" });
  });

  test("one byte too many", async () => {
    const large = new Uint8Array(ATOM_BYTES_MAX).fill(32);
    answer = (response) => response.end(large);
    expect(await sources.get(atomIdOf("l", sha256Hex(large)))).toHaveLength(ATOM_BYTES_MAX);
    answer = (response) => response.end(Buffer.concat([large, Buffer.from(" ")]));
    await expect(sources.get(atom)).rejects.toMatchObject({ code: "atom_too_large" });
  });

  test("an id that is none", async () => {
    await expect(sources.get("../../stats")).rejects.toMatchObject({ code: "unknown_atom" });
    expect(asked).toEqual([]);
  });
});
