/**
 * A process of many volunteers that speak the protocol and compute nothing: they join, hold what they are granted, and leave
 * when told. Or of as many bare sockets, for the yardstick. It hears orders and answers over the process's own channel.
 */
import { randomBytes } from "node:crypto";
import { passingIdentity } from "@valence/client-node/conductor/identity";
import { decodeDown, encodeBatch } from "@valence/shared/protocol/batch";
import type { Down } from "@valence/shared/protocol/down";
import { PROTOCOL_VERSION } from "@valence/shared/protocol/fields";
import { helloBytes } from "@valence/shared/protocol/hello";
import type { Up } from "@valence/shared/protocol/up";
import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import { ownArguments } from "./in-own-process.js";

/** To connect that many, from loopback addresses that nobody else has; or that so many of those that hold something leave. */
export type Order =
  | { readonly to: "connect"; readonly url: string; readonly sockets: number; readonly bare: boolean }
  | { readonly to: "leave"; readonly sessions: number };
/** All have joined; electrons were granted; the order to leave is carried out, and what went back. Times are of the system's clock. */
export type Word =
  | { readonly said: "joined" }
  | { readonly said: "granted"; readonly from: number; readonly to: number; readonly at: number }
  | { readonly said: "left"; readonly electrons: readonly number[]; readonly at: number };

/** A loopback address may open 500 connections a second: that many volunteers share one. */
const SOCKETS_AN_ADDRESS = 250;
/** Under way at a time: a listening socket queues a few hundred. */
const CONNECTING_MAX = 64;
/** The first address is everybody else's. */
const ADDRESS_FIRST = 2;

class Volunteer {
  readonly electrons: number[] = [];
  readonly #socket: Socket;
  readonly #identity = passingIdentity();
  readonly #session = randomBytes(16).toString("hex");

  constructor(socket: Socket, onWelcome: () => void) {
    this.#socket = socket;
    socket.on("batch", (bytes: Uint8Array) => {
      for (const message of decodeDown(new Uint8Array(bytes))) this.#take(message, onWelcome);
    });
  }

  leave(): void {
    this.#say({ type: "goodbye" });
  }

  #take(message: Down, onWelcome: () => void): void {
    if (message.type === "challenge") void this.#hello(message.nonce).then((hello) => this.#say(hello));
    if (message.type === "welcome") {
      this.#say({ type: "holding", leases: [] });
      onWelcome();
    }
    if (message.type === "grant") this.#hold(message);
    if (message.type === "bye") this.#socket.disconnect();
    if (message.type === "refuse") throw new Error(`refused: ${message.code}: ${message.message}`);
  }

  /** Begins at once, or the lease would be taken back before the crowd is complete. */
  #hold({ lease, from, to }: Extract<Down, { type: "grant" }>): void {
    this.#say({ type: "start", lease });
    for (let electron = from; electron < to; electron++) this.electrons.push(electron);
    tell({ said: "granted", from, to, at: Date.now() });
  }

  async #hello(nonce: Uint8Array): Promise<Up> {
    const signature = await this.#identity.sign(helloBytes(nonce, this.#session));
    const identity = this.#identity.publicKey;
    return { type: "hello", session: this.#session, identity, signature, slots: 1, agent: "crowd", token: null };
  }

  #say(message: Up): void {
    this.#socket.emit("batch", encodeBatch([message]));
  }
}

const volunteers: Volunteer[] = [];

async function connect({ url, sockets, bare }: Extract<Order, { to: "connect" }>, process: number): Promise<void> {
  const first = ADDRESS_FIRST + process * Math.ceil(sockets / SOCKETS_AN_ADDRESS);
  let opened = 0;
  const lane = async () => {
    while (opened < sockets) {
      const localAddress = `127.0.0.${first + Math.floor(opened++ / SOCKETS_AN_ADDRESS)}`;
      await (bare ? bareSocket(url, localAddress) : volunteer(url, localAddress));
    }
  };
  await Promise.all(Array.from({ length: CONNECTING_MAX }, lane));
  tell({ said: "joined" });
}

function volunteer(url: string, localAddress: string): Promise<void> {
  return new Promise((resolve, reject) => {
    volunteers.push(new Volunteer(socketFrom(localAddress, `${url}/volunteer`, reject), resolve));
  });
}

function bareSocket(url: string, localAddress: string): Promise<void> {
  return new Promise((resolve, reject) => void socketFrom(localAddress, url, reject).on("connect", resolve));
}

function socketFrom(localAddress: string, url: string, onError: (error: Error) => void): Socket {
  // Socket.IO hands what it does not know on to `ws`, which knows the local address.
  const options: Partial<ManagerOptions & SocketOptions> & { localAddress: string } = {
    transports: ["websocket"],
    reconnection: false,
    forceNew: true,
    timeout: 60_000,
    auth: { version: PROTOCOL_VERSION },
    localAddress,
  };
  return io(url, options).on("connect_error", onError);
}

function leave(sessions: number): void {
  const leavers = volunteers.filter(({ electrons }) => electrons.length > 0).slice(0, sessions);
  const at = Date.now();
  for (const volunteer of leavers) volunteer.leave();
  tell({ said: "left", electrons: leavers.flatMap(({ electrons }) => electrons), at });
}

function tell(word: Word): void {
  process.send?.(word);
}

const [place] = ownArguments(import.meta.url) ?? [];
if (place !== undefined) {
  process.on("message", (order: Order) => {
    if (order.to === "leave") leave(order.sessions);
    else void connect(order, Number(place)); // What it throws ends the process, which the bench hears.
  });
}
