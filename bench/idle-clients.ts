/**
 * Volunteers that speak the protocol through the product's own link and codec, and compute nothing: each lease is answered at once, by
 * one report of ready-made columns. They show what a coordinator can do when its clients are no limit; several share a process.
 */
import { randomBytes } from "node:crypto";
import { passingIdentity } from "@valence/client-node/conductor/identity";
import { socketIoConductor } from "@valence/client-node/conductor/socket-io";
import { LEASE_ELECTRONS_MAX } from "@valence/shared/limits";
import { packNumbers } from "@valence/shared/pack";
import type { Down } from "@valence/shared/protocol/down";
import type { Up } from "@valence/shared/protocol/up";
import { ended, inOwnProcess, ownArguments, said } from "./in-own-process.js";

/** Starts `clients` of them in as many processes as `processes` says; gives back how to end them, once all are connected. */
export async function idleClients(url: string, { clients, processes }: { clients: number; processes: number }) {
  const children = Array.from({ length: processes }, (_, i) => {
    const share = Math.floor((clients * (i + 1)) / processes) - Math.floor((clients * i) / processes);
    return inOwnProcess(import.meta.url, [url, String(share)]);
  });
  await Promise.all(children.map((child) => said(child)));
  return { close: async () => void (await Promise.all(children.map(ended))) };
}

function client(url: string, onConnected: () => void): void {
  const greeting = {
    identity: passingIdentity(),
    session: randomBytes(16).toString("hex"),
    slots: 1,
    agent: "bench",
    token: () => null,
  };
  const conductor = socketIoConductor({ url, greeting });
  conductor.open((event) => {
    if (event.type === "connected") {
      conductor.send([{ type: "holding", leases: [] }]);
      onConnected();
    } else if (event.type === "message") conductor.send(answerTo(event.message));
    else throw new Error(`the link of an idle client ended: ${JSON.stringify(event)}`);
  });
}

function answerTo(message: Down): Up[] {
  if (message.type !== "grant") return [];
  const { lease, from, to } = message;
  return [
    { type: "start", lease },
    { type: "report", lease, first: from, parts: [partOf(to - from)], failure: null },
  ];
}

const numbers = Float64Array.from({ length: LEASE_ELECTRONS_MAX }, (_, i) => i);
const micros = new Uint8Array(4 * LEASE_ELECTRONS_MAX).fill(1);

function partOf(count: number) {
  return { count, micros: micros.subarray(0, 4 * count), values: packNumbers(numbers.subarray(0, count)) };
}

const [url, share] = ownArguments(import.meta.url) ?? [];
if (url !== undefined) {
  let left = Number(share);
  const connected = () => {
    left -= 1;
    if (left === 0) process.send?.("connected");
  };
  for (let i = 0; i < Number(share); i++) client(url, connected);
}
