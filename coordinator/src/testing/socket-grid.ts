/** Real sockets over a fake coordinator, and a volunteer of a few lines to talk to it. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { decodeDown, encodeBatch } from "@valence/shared/protocol/batch";
import type { Down } from "@valence/shared/protocol/down";
import { PROTOCOL_VERSION } from "@valence/shared/protocol/fields";
import { helloBytes } from "@valence/shared/protocol/hello";
import type { Up } from "@valence/shared/protocol/up";
import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import type { Hello, VolunteersApi } from "../api.js";
import { gridMetrics } from "../metrics.js";
import type { Place } from "../origin.js";
import { type Pace, type Sockets, serveSockets } from "../socket/sockets.js";
import { adminTokens } from "../tokens.js";
import { type FakeApi, fakeApi } from "./fake-api.js";
import { closed, listening, memoryLog, TOKEN } from "./http-grid.js";

/** One call of `join`, and what came through its link since. */
export type Joined = {
  readonly hello: Hello;
  readonly link: Parameters<VolunteersApi["join"]>[1];
  readonly calls: unknown[];
};

export type SocketGrid = {
  readonly url: string;
  readonly port: number;
  readonly sockets: Sockets;
  readonly joined: Joined[];
  readonly logged: Record<string, unknown>[];
  /** What `join` does beside remembering: throw, or send at once. */
  onJoin: (joined: Joined) => void;
  onReceive: (message: Up) => void;
  close(): Promise<void>;
};

type GridOptions = { api?: FakeApi; place?: Place; pace?: Partial<Pace> };

export async function socketGrid(options: GridOptions = {}): Promise<SocketGrid> {
  const { api = fakeApi(), place = { host: "127.0.0.1", publicUrl: null }, pace = {} } = options;
  const server = createServer();
  const port = await listening(server);
  const logged: Record<string, unknown>[] = [];
  const joined: Joined[] = [];
  const shared = { tokens: adminTokens(TOKEN), log: memoryLog(logged), metrics: gridMetrics(api), place, pace };
  const join: VolunteersApi["join"] = (hello, link) => joinFake(grid, hello, link);
  const sockets = serveSockets(server, { ...shared, api: { ...api, join } });
  const grid: SocketGrid = {
    url: `http://127.0.0.1:${port}`,
    port,
    sockets,
    joined,
    logged,
    onJoin: () => {},
    onReceive: () => {},
    async close() {
      await sockets.close();
      await closed(server);
    },
  };
  return grid;
}

function joinFake(grid: SocketGrid, hello: Hello, link: Joined["link"]): ReturnType<VolunteersApi["join"]> {
  const joined: Joined = { hello, link, calls: [] };
  grid.onJoin(joined);
  grid.joined.push(joined);
  return {
    receive(message) {
      joined.calls.push(message);
      grid.onReceive(message);
    },
    heard: () => joined.calls.push("heard"),
    cut: () => joined.calls.push("cut"),
  };
}

type ClientOptions = Partial<ManagerOptions & SocketOptions>;

/** A client that never comes back by itself. */
export function socketTo(grid: Pick<SocketGrid, "url">, namespace: string, options: ClientOptions = {}): Socket {
  const usual: ClientOptions = { transports: ["websocket"], reconnection: false, forceNew: true };
  return io(`${grid.url}${namespace}`, { ...usual, auth: { version: PROTOCOL_VERSION }, ...options });
}

/** A volunteer's end of a link: keeps what comes, and says what the test tells it to. */
export class FakeVolunteer {
  readonly socket: Socket;
  readonly session = randomBytes(16).toString("hex");
  readonly heard: Down[] = [];
  /** Called for each message, after it was kept. */
  onMessage: (message: Down) => void = () => {};
  readonly #keys = generateKeyPairSync("ed25519");
  #nonce: Uint8Array = new Uint8Array(32);

  constructor(grid: Pick<SocketGrid, "url">, options: ClientOptions = {}) {
    this.socket = socketTo(grid, "/volunteer", options);
    this.socket.on("batch", (bytes: Uint8Array) => {
      for (const message of decodeDown(new Uint8Array(bytes))) {
        if (message.type === "challenge") this.#nonce = message.nonce;
        this.heard.push(message);
        this.onMessage(message);
      }
    });
  }

  get identity(): Uint8Array<ArrayBuffer> {
    const { x = "" } = this.#keys.publicKey.export({ format: "jwk" });
    return new Uint8Array(Buffer.from(x, "base64url"));
  }

  /** What a hello in answer to the challenge says, truly. */
  hello(token: string | null = null): Extract<Up, { type: "hello" }> {
    const signature = new Uint8Array(sign(null, helloBytes(this.#nonce, this.session), this.#privateKey));
    const { session, identity } = this;
    return { type: "hello", session, identity, signature, slots: 4, agent: "test", token };
  }

  get #privateKey(): KeyObject {
    return this.#keys.privateKey;
  }

  say(...messages: Up[]): void {
    this.socket.emit("batch", encodeBatch(messages));
  }

  async until(type: Down["type"]): Promise<Down> {
    for (;;) {
      const found = this.heard.find((message) => message.type === type);
      if (found) return found;
      await new Promise((resolve) => this.socket.once("batch", resolve));
    }
  }

  /** Says hello and is welcome. */
  async join(): Promise<this> {
    await this.until("challenge");
    this.say(this.hello());
    await this.until("welcome");
    return this;
  }
}

export async function closing(socket: Socket): Promise<void> {
  if (socket.connected) await once(socket as unknown as NodeJS.EventEmitter, "disconnect");
}
