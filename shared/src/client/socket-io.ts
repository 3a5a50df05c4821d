/**
 * The link to a coordinator over Socket.IO: WebSocket only, one event `batch` with one Uint8Array. It owns the handshake and
 * when to come back; it buffers and repeats nothing, for what must not be lost is the volunteer's to repeat.
 *
 *   dialling ──challenge, hello──► greeting ──welcome──► up
 *      ▲  └───────── failed · cut · refused for a while ──┴──┴──► waiting ──┐
 *      └────────────────────────────────────────────────────────────────────┘
 *   refused for good ──► closed
 */

import { io, type Socket } from "socket.io-client";
import { decodeDown, splitBatches } from "../protocol/batch.js";
import type { Down } from "../protocol/down.js";
import { PROTOCOL_VERSION } from "../protocol/fields.js";
import { helloBytes } from "../protocol/hello.js";
import { type Refusal, refusalIn } from "../protocol/refusal.js";
import type { Up } from "../protocol/up.js";
import { reconnectMs } from "../reconnect.js";
import type { Clock } from "./clock.js";
import type { Conductor, ConductorEvent } from "./conductor.js";
import type { Identity } from "./identity.js";

/** From dialling to `welcome`. */
const HANDSHAKE_MS = 10_000;
/** A link that stood that long was a good one: the next failure is the first again. */
const STEADY_MS = 5_000;

/** Who comes: what `hello` says of this session. */
export type Greeting = {
  readonly identity: Identity;
  /** 128 random bits in hexadecimal, new at each start. */
  readonly session: string;
  readonly slots: number;
  readonly agent: string;
  /** Asked for on each link, since it may come to be while a coordinator starts; null for none. */
  readonly token: () => string | null;
};

/** `handshakeMs` is how long a link may take until the coordinator knows it: 10 s when it is left out. */
export type SocketIoOptions = {
  /** Of the coordinator, such as `http://127.0.0.1:8080`. */
  readonly origin: string;
  /** Of its sockets: `/socket.io`, or further down when the coordinator stands behind a proxy under a path. */
  readonly path: string;
  readonly greeting: Greeting;
  readonly clock: Clock;
  /** Uniform in `[0, 1)`. */
  readonly random: () => number;
  readonly handshakeMs?: number | undefined;
};

type State = "dialling" | "up" | "waiting" | "closed";

/** A conductor over Socket.IO, WebSocket alone; it answers the challenge of each link by itself. Throws nothing. */
export function socketIoConductor(options: SocketIoOptions): Conductor {
  return new SocketIoConductor(options);
}

class SocketIoConductor implements Conductor {
  readonly #options: SocketIoOptions;
  #onEvent: (event: ConductorEvent) => void = () => {};
  #state: State = "waiting";
  #socket: Socket | null = null;
  /** The end of the handshake, or of the wait: never both. */
  #disarm: () => void = () => {};
  #failures = 0;
  #upAt = 0;

  constructor(options: SocketIoOptions) {
    this.#options = options;
  }

  open(onEvent: (event: ConductorEvent) => void): void {
    this.#onEvent = onEvent;
    this.#dial();
  }

  send(messages: readonly Up[]): void {
    if (this.#state === "up") this.#emit(messages);
  }

  close(): void {
    this.#hangUp("closed");
  }

  #dial(): void {
    const { origin, path, clock, handshakeMs = HANDSHAKE_MS } = this.#options;
    const socket = io(`${origin}/volunteer`, {
      path,
      transports: ["websocket"],
      auth: { version: PROTOCOL_VERSION },
      forceNew: true,
      reconnection: false,
      timeout: handshakeMs,
    });
    this.#state = "dialling";
    this.#socket = socket;
    const mine = (act: () => void) => void (this.#socket === socket && act());
    socket.on("connect_error", (error: Error) => mine(() => this.#failed(error)));
    socket.on("disconnect", (reason: string) => mine(() => this.#cut(reason)));
    socket.on("batch", (bytes: unknown) => mine(() => this.#receive(bytes)));
    this.#disarm = clock.after(handshakeMs, () => this.#cut("no welcome in time"));
  }

  #failed(error: Error): void {
    const refusal = refusalIn(error);
    if (refusal) this.#refused(refusal);
    else this.#cut(error.message);
  }

  #receive(bytes: unknown): void {
    const socket = this.#socket;
    for (const message of this.#decoded(bytes)) if (this.#socket === socket) this.#take(message);
  }

  #decoded(bytes: unknown): Down[] {
    try {
      return decodeDown(bytesIn(bytes));
    } catch (error) {
      this.#cut(`the coordinator sent what cannot be read: ${(error as Error).message}`);
      return [];
    }
  }

  #take(message: Down): void {
    if (message.type === "refuse") this.#refused(message);
    else if (message.type === "challenge")
      this.#greet(message.nonce).catch((error: unknown) => this.#cut(String(error)));
    else if (message.type === "welcome") this.#welcomed();
    else if (this.#state === "up") this.#onEvent({ type: "message", message });
  }

  async #greet(nonce: Uint8Array): Promise<void> {
    const socket = this.#socket;
    const { identity, session, slots, agent, token } = this.#options.greeting;
    const signature = await identity.sign(helloBytes(nonce, session));
    if (this.#state !== "dialling" || this.#socket !== socket) return;
    this.#emit([{ type: "hello", session, identity: identity.publicKey, signature, slots, agent, token: token() }]);
  }

  #welcomed(): void {
    if (this.#state !== "dialling") return;
    this.#disarm();
    this.#state = "up";
    this.#upAt = this.#options.clock.now();
    this.#onEvent({ type: "connected" });
  }

  #refused({ code, message, retryMs }: Refusal): void {
    this.#hangUp(retryMs === null ? "closed" : "waiting");
    if (retryMs !== null) this.#wait(retryMs + reconnectMs(++this.#failures, this.#options.random()));
    this.#onEvent({ type: "refused", code, message, retryMs });
  }

  #cut(reason: string): void {
    if (this.#state === "up" && this.#options.clock.now() - this.#upAt >= STEADY_MS) this.#failures = 0;
    this.#hangUp("waiting");
    const retryMs = reconnectMs(++this.#failures, this.#options.random());
    this.#wait(retryMs);
    this.#onEvent({ type: "disconnected", reason, retryMs });
  }

  #wait(ms: number): void {
    this.#disarm = this.#options.clock.after(ms, () => this.#dial());
  }

  #hangUp(state: "waiting" | "closed"): void {
    this.#disarm();
    const socket = this.#socket;
    const wasUp = this.#state === "up";
    this.#socket = null;
    this.#state = state;
    // A server ignores events that arrive together with a `disconnect` behind them; the end of the connection waits for them.
    if (wasUp) socket?.io.engine.close();
    else socket?.disconnect();
  }

  #emit(messages: readonly Up[]): void {
    // Socket.IO keeps what is emitted before it is connected, and would send it on a later link.
    if (!this.#socket?.connected) return;
    for (const bytes of splitBatches(messages)) this.#socket.emit("batch", bytes);
  }
}

/** What came is a Buffer in Node and an ArrayBuffer in a browser; anything else decodes as nothing, which is no batch. */
function bytesIn(received: unknown): Uint8Array {
  if (received instanceof ArrayBuffer) return new Uint8Array(received);
  return received instanceof Uint8Array ? received : new Uint8Array();
}
