/**
 * The yardstick: bare Socket.IO between two processes, moving the same objects in batches of 64 and answering each batch. It
 * keeps nothing, checks nothing and computes nothing.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openThings } from "@valence/e2e/open-things";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import { ended, inOwnProcess, ownArguments } from "./in-own-process.js";
import type { Contestant } from "./scenario.js";

const BATCH = 64;
/** Batches under way at a time. */
const WINDOW = 8;

type Properties = { readonly electron: number; readonly result: number };

/** A server here, a client in a process of its own; both stay up between runs. */
export async function bareSocket(electrons: number): Promise<Contestant & { close(): Promise<void> }> {
  const http = createServer();
  const server = new Server(http, { transports: ["websocket"], serveClient: false });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  const child = inOwnProcess(import.meta.url, [String(port)]);
  const [socket] = await once(server as unknown as NodeJS.EventEmitter, "connection");
  return {
    name: `bare Socket.IO, batches of ${BATCH}`,
    run: async () => ({ rate: await move(socket, electrons) }),
    close: openThings.note(async () => {
      await ended(child);
      await server.close();
    }),
  };
}

type Link = { emit(event: string, body: unknown, ack: (answer: Properties[]) => void): void };

/** Sends payloads down and takes results up, until all are back; the rate in electrons per second. */
function move(socket: Link, electrons: number): Promise<number> {
  const began = performance.now();
  return new Promise((resolve) => {
    let [sent, back] = [0, 0];
    const send = (): void => {
      if (sent >= electrons) return;
      const payloads = Array.from({ length: Math.min(BATCH, electrons - sent) }, (_, i) => ({
        from: sent + i,
        to: sent + i + 1,
      }));
      sent += payloads.length;
      socket.emit("work", payloads, (results) => {
        back += results.length;
        if (back === electrons) resolve((electrons * 1_000) / (performance.now() - began));
        else send();
      });
    };
    for (let i = 0; i < WINDOW; i++) send();
  });
}

/** The client's process: answers each batch of payloads with as many results. */
function answer(port: string): void {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ["websocket"] });
  socket.on("work", (payloads: { from: number }[], ack: (results: Properties[]) => void) => {
    ack(payloads.map(({ from }) => ({ electron: from, result: from })));
  });
}

const [port] = ownArguments(import.meta.url) ?? [];
if (port !== undefined) answer(port);
