import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Conductor, ConductorEvent } from "@valence/shared/client/conductor";
import { decodeUp, encodeBatch } from "@valence/shared/protocol/batch";
import type { Down } from "@valence/shared/protocol/down";
import { PROTOCOL_VERSION } from "@valence/shared/protocol/fields";
import { helloBytes } from "@valence/shared/protocol/hello";
import type { Up } from "@valence/shared/protocol/up";
import { Server, type Socket } from "socket.io";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { passingIdentity } from "./identity.js";
import { socketIoConductor } from "./socket-io.js";

const nonce = new Uint8Array(32).fill(7);
const identity = passingIdentity();
const session = "0123456789abcdef0123456789abcdef";

/** A coordinator's end: each connection is given to `onSocket`. */
let http: HttpServer;
let io: Server;
let sockets: Socket[];
let greets: boolean;
let token: string | null;
let conductor: Conductor;
let events: ConductorEvent[];
let said: Up[];
let wake: () => void;

beforeEach(async () => {
  http = createServer();
  io = new Server(http, { transports: ["websocket"] });
  sockets = [];
  events = [];
  said = [];
  greets = true;
  token = null;
  wake = () => {};
  io.of("/volunteer").on("connection", (socket) => {
    sockets.push(socket);
    socket.on("batch", (bytes: Buffer) => {
      for (const message of decodeUp(bytes)) {
        said.push(message);
        if (message.type === "hello") tell({ type: "welcome" });
      }
      wake();
    });
    if (greets) tell({ type: "challenge", nonce });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  conductor.close();
  await io.close();
});

function tell(...messages: Down[]): void {
  sockets.at(-1)?.emit("batch", encodeBatch(messages));
}

function dial({ handshakeMs = 5_000 } = {}): void {
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const greeting = { identity, session, slots: 3, agent: "test", token: () => token };
  conductor = socketIoConductor({ url, greeting, random: () => 0, handshakeMs });
  conductor.open((event) => {
    events.push(event);
    wake();
  });
}

async function until(passes: () => boolean): Promise<void> {
  while (!passes()) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

const heard = (type: ConductorEvent["type"], times = 1) =>
  until(() => events.filter((event) => event.type === type).length >= times);

describe("a link", () => {
  test("answers the challenge with a signed hello, and is up with the welcome", async () => {
    dial();
    await heard("connected");
    const signature = await identity.sign(helloBytes(nonce, session));
    const hello = { session, identity: identity.publicKey, signature, slots: 3, agent: "test", token: null };
    expect(said).toEqual([{ type: "hello", ...hello }]);
    expect(sockets[0]?.handshake.auth).toEqual({ version: PROTOCOL_VERSION });
  });

  test("carries messages both ways, in order", async () => {
    dial();
    await heard("connected");
    const down: Down[] = [
      { type: "revoke", lease: 1, kill: true, code: "job_ended" },
      { type: "forget", job: "j" },
    ];
    tell(...down);
    await heard("message", 2);
    expect(events.slice(1)).toEqual(down.map((message) => ({ type: "message", message })));
    conductor.send([{ type: "start", lease: 4 }, { type: "goodbye" }]);
    await until(() => said.length === 3);
    expect(said.slice(1)).toEqual([{ type: "start", lease: 4 }, { type: "goodbye" }]);
  });

  test("shows the token that there is by then", async () => {
    dial();
    await heard("connected");
    token = "written meanwhile";
    sockets[0]?.disconnect(true);
    await heard("connected", 2);
    expect(said.map((message) => message.type === "hello" && message.token)).toEqual([null, "written meanwhile"]);
  });

  test("sends what was said last before it closes", async () => {
    dial();
    await heard("connected");
    conductor.send([{ type: "goodbye" }]);
    conductor.close();
    await until(() => said.length === 2);
  });

  test("that breaks comes back by itself, and keeps nothing that was said meanwhile", async () => {
    dial();
    await heard("connected");
    sockets[0]?.disconnect(true);
    await heard("disconnected");
    conductor.send([{ type: "start", lease: 1 }]);
    await heard("connected", 2);
    conductor.send([{ type: "start", lease: 2 }]);
    await until(() => said.length === 3);
    expect(said.map((message) => message.type)).toEqual(["hello", "hello", "start"]);
    expect(said[2]).toEqual({ type: "start", lease: 2 });
  });

  test("on which no welcome comes is given up and tried again", async () => {
    greets = false;
    dial({ handshakeMs: 100 });
    await heard("disconnected", 2);
    expect(events[0]).toMatchObject({ reason: "no welcome in time" });
    greets = true;
  });

  test("on which the coordinator babbles is cut", async () => {
    dial();
    await heard("connected");
    sockets[0]?.emit("batch", Buffer.from([1, 2, 3]));
    await heard("disconnected");
    expect(events[1]).toMatchObject({ reason: expect.stringContaining("cannot be read") });
    await heard("connected", 2);
    sockets[1]?.emit("batch", "text");
    await heard("disconnected", 2);
  });

  test("to nobody is tried again until somebody is there", async () => {
    const { port } = http.address() as AddressInfo;
    await new Promise((resolve) => http.close(resolve));
    conductor = socketIoConductor({
      url: `http://127.0.0.1:${port}`,
      greeting: { identity, session, slots: 1, agent: "test", token: () => null },
    });
    conductor.open((event) => {
      events.push(event);
      wake();
    });
    await heard("disconnected", 2);
    http.listen(port, "127.0.0.1");
    await heard("connected");
  });
});

describe("a refusal", () => {
  test("[H8] for a while is followed by another try", async () => {
    dial();
    await heard("connected");
    tell({ type: "refuse", code: "draining", message: "back soon", retryMs: 20 });
    await heard("refused");
    expect(events[1]).toEqual({ type: "refused", code: "draining", message: "back soon", retryMs: 20 });
    await heard("connected", 2);
  });

  test("[H8] for good is the end", async () => {
    dial();
    await heard("connected");
    const gone = new Promise((resolve) => sockets[0]?.on("disconnect", resolve));
    tell({ type: "refuse", code: "forbidden", message: "never", retryMs: null }, { type: "bye" });
    await gone;
    expect(events.slice(1)).toEqual([{ type: "refused", code: "forbidden", message: "never", retryMs: null }]);
  });

  test("of the handshake is one, too, and is not hammered", async () => {
    let tries = 0;
    io.of("/volunteer").use((_socket, next) => {
      tries++;
      next(Object.assign(new Error("no"), { data: { code: "protocol_version", message: "update" } }));
    });
    dial();
    await heard("refused");
    expect(events).toEqual([{ type: "refused", code: "protocol_version", message: "update", retryMs: null }]);
    expect(tries).toBe(1);
  });
});
