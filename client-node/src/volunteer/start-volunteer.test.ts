import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atomIdOf, sha256Hex } from "@valence/shared/atom-id";
import { unpackValues } from "@valence/shared/pack";
import { decodeUp, encodeBatch } from "@valence/shared/protocol/batch";
import type { Down } from "@valence/shared/protocol/down";
import type { Up } from "@valence/shared/protocol/up";
import { grantOf, jobOrder } from "@valence/shared/volunteer/fixtures";
import { Server } from "socket.io";
import { afterEach, beforeEach, expect, test } from "vitest";
import { threadExecutor } from "../executors/thread.js";
import { startVolunteer } from "./start-volunteer.js";

const source = "export default { name: 'double', process: ({ from }) => 2 * from };";
const atom = atomIdOf("double", sha256Hex(new TextEncoder().encode(source)));
const http = createServer((_request, response) => response.end(source));
const io = new Server(http, { transports: ["websocket"] });
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "valence-volunteer-"));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await io.close();
  await rm(dataDir, { recursive: true });
});

/** A coordinator of one lease: what a volunteer says, and what it is told then. */
const answers: Partial<Record<Up["type"], (message: Up) => Down[]>> = {
  hello: () => [{ type: "welcome" }],
  holding: () => [jobOrder({ atom, own: false }), grantOf(1, { to: 3 })],
  report: () => [{ type: "ack", lease: 1, reported: 3 }],
  goodbye: () => [{ type: "bye" }],
};

test("a volunteer connects over the network, fetches the atom, works its lease and leaves", async () => {
  const heard: Up[] = [];
  const reported = new Promise<void>((resolve) => {
    io.of("/volunteer").on("connection", (socket) => {
      const tell = (messages: Down[]) => socket.emit("batch", encodeBatch(messages));
      socket.on("batch", (bytes: Buffer) => {
        for (const message of decodeUp(bytes)) {
          heard.push(message);
          tell(answers[message.type]?.(message) ?? []);
          if (message.type === "report") resolve();
        }
      });
      tell([{ type: "challenge", nonce: new Uint8Array(32) }]);
    });
  });
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const volunteer = await startVolunteer({ url, slots: 1, executor: threadExecutor(), dataDir, pins: [atom] });
  await reported;
  expect(await volunteer.stop()).toEqual({ reason: "stopped" });
  expect(heard.map((message) => message.type)).toEqual(["hello", "holding", "start", "report", "goodbye"]);
  expect(heard[0]).toMatchObject({ slots: 1, agent: expect.stringMatching(/^node \d+\.\d+ \w+$/), token: null });
  const [part] = (heard[3] as Extract<Up, { type: "report" }>).parts;
  expect(unpackValues(part!.values, part!.count)).toEqual(new Float64Array([0, 2, 4]));
  expect(await readdir(dataDir)).toEqual(["identity"]);
});
