/**
 * Connections, and how long they are kept. One that stands saves a call the opening of its own. An idle one keeps no process from
 * ending: Node's agents see to it, as they forget one that the server closes.
 */
import { Agent as PlainAgent } from "node:http";
import { Agent as TlsAgent } from "node:https";
import type { Socket } from "node:net";

/** Less than the 5 s after which Node and Apache close an idle connection: one that is on its way out is hardly ever met. */
const IDLE_MS = 4_000;
/** A host that has vanished is noticed, though nothing is to be sent: streams have no clock of their own. */
const PROBE_MS = 30_000;

const ALIVE = {
  keepAlive: true,
  keepAliveMsecs: PROBE_MS,
  // `fetch` and Node's own agents go by the proxies of the environment where this says so, since Node 22.21; ours must be told.
  ...(process.env.NODE_USE_ENV_PROXY === "1" ? { proxyEnv: process.env } : {}),
};

const plain = new PlainAgent({ ...ALIVE, timeout: IDLE_MS });
const tls = new TlsAgent({ ...ALIVE, timeout: IDLE_MS });
const idleSince = new WeakMap<Socket, number>();
for (const agent of [plain, tls]) agent.on("free", (socket: Socket) => idleSince.set(socket, performance.now()));

/** Shared by all grids of the program; to each host as many connections as there are requests at a time. */
export function keptConnections(url: URL): PlainAgent {
  // In a program that was busy, the timers that close them are late, and what the server closed has not been heard of.
  closeIdle(url, IDLE_MS);
  return isTls(url) ? tls : plain;
}

/** For one request: nothing else travels on its connection, which is to be closed with it. */
export function ownConnection(url: URL): PlainAgent {
  return isTls(url) ? new TlsAgent(ALIVE) : new PlainAgent(ALIVE);
}

/** Closes the connections to a host that have been idle for so long. */
export function closeIdle(url: URL, idleMs: number): void {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const prefix = plain.getName({ host, port: Number(url.port) || (isTls(url) ? 443 : 80) });
  const before = performance.now() - idleMs;
  for (const [name, sockets] of Object.entries((isTls(url) ? tls : plain).freeSockets)) {
    if (!name.startsWith(prefix)) continue;
    for (const socket of sockets ?? []) if ((idleSince.get(socket) ?? 0) <= before) socket.destroy();
  }
}

/** Whether what is sent there is encrypted. */
export function isTls(url: URL): boolean {
  return url.protocol === "https:";
}
