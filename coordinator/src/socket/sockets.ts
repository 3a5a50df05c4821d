/** Socket.IO, WebSocket only: which connections are let in at all, and the two namespaces behind them. */
import type { Server as HttpServer, IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { GridError } from "@valence/shared/errors";
import { MESSAGE_BYTES_MAX } from "@valence/shared/limits";
import { PROTOCOL_VERSION } from "@valence/shared/protocol/fields";
import { type Namespace, Server } from "socket.io";
import type { JobsApi, VolunteersApi } from "../api.js";
import type { Log } from "../log.js";
import type { Metrics } from "../metrics.js";
import { hostAllowed, originAllowed, type Place } from "../origin.js";
import { rate } from "../rate.js";
import type { Tokens } from "../tokens.js";
import { Refusals, refusalOf } from "./refusals.js";
import { serveVolunteers } from "./volunteers.js";
import { serveWatch } from "./watch.js";

export type SocketOptions = {
  readonly api: Pick<JobsApi, "watch" | "events" | "watchJobs"> & VolunteersApi;
  readonly tokens: Tokens;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly place: Place;
  /** Other than the usual ones: for tests. */
  readonly pace?: Partial<Pace>;
};

export type Pace = {
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly helloWithinMs: number;
  /** Per address; loopback has ten times as many. */
  readonly connectsPerSecond: number;
  readonly subscribesPerSecond: number;
};
/** Pings and their time-out are together the silence after which the core gives a link up; a test holds them together. */
export const PACE: Pace = {
  pingIntervalMs: 5_000,
  pingTimeoutMs: 10_000,
  helloWithinMs: 10_000,
  connectsPerSecond: 50,
  subscribesPerSecond: 200,
};

/** What a frame may have beyond a message, so that one just over the limit is refused by name and not as "transport error". */
const FRAME_SLACK_BYTES = 64 * 1024;
const FAREWELL_MS = 1_000;

export type Sockets = {
  /** Sends every volunteer away for a moment, and closes all sockets; the HTTP server stays its owner's. */
  close(): Promise<void>;
};

export function serveSockets(server: HttpServer, options: SocketOptions): Sockets {
  const { api, tokens, log, metrics, place } = options;
  const pace = { ...PACE, ...options.pace };
  const refusals = new Refusals(log, metrics);
  const connects = rate(pace.connectsPerSecond);
  let open = true;
  const decide = async (request: IncomingMessage, callback: (why: string | undefined, admitted: boolean) => void) => {
    const fault = faultOf(request, place) ?? (await tooMany(request));
    if (fault !== null) refusals.note(fault);
    callback(fault?.message, open && fault === null);
  };
  const tooMany = async (request: IncomingMessage) => {
    const waitMs = await connects({ address: request.socket.remoteAddress ?? "", owner: null });
    return waitMs === 0 ? null : new GridError("too_many_requests", `Connect again in ${waitMs} ms.`);
  };
  const io = new Server(server, {
    transports: ["websocket"],
    serveClient: false,
    pingInterval: pace.pingIntervalMs,
    pingTimeout: pace.pingTimeoutMs,
    connectTimeout: pace.helloWithinMs,
    maxHttpBufferSize: MESSAGE_BYTES_MAX + FRAME_SLACK_BYTES,
    allowRequest: (request, callback) => void decide(request, callback),
  });
  io.use((_socket, next) => next(refused(refusals, new GridError("not_found", "Connect to /volunteer or /watch."))));
  const volunteers = serveVolunteers(guarded(io.of("/volunteer"), refusals), { ...pace, api, tokens, refusals });
  const subscribes = rate(pace.subscribesPerSecond);
  serveWatch(guarded(io.of("/watch"), refusals), { api, tokens, refusals, subscribes });
  return {
    async close() {
      open = false;
      for (const volunteer of volunteers) volunteer.dismiss(new GridError("draining", "The coordinator stops."));
      io.of("/watch").disconnectSockets(true);
      const until = performance.now() + FAREWELL_MS;
      while (io.engine.clientsCount > 0 && performance.now() < until) await delay(10);
      io.engine.close();
    },
  };
}

/** CORS does not guard WebSocket, so `Origin` and `Host` are looked at here. */
function faultOf({ headers }: IncomingMessage, place: Place): GridError | null {
  if (!hostAllowed(headers.host, place)) return new GridError("host_refused", "This Host is not served here.");
  if (originAllowed(headers.origin, headers.host, place)) return null;
  return new GridError("forbidden", "Pages of this Origin may not connect.");
}

/** Lets in who speaks our version (a watcher may leave it out), and only one socket of a connection. */
function guarded(namespace: Namespace, refusals: Refusals): Namespace {
  const versionless = namespace.name === "/watch";
  // Socket.IO itself would let one connection join without end, past the limit of connects and that of subscriptions.
  const connections = new WeakSet<object>();
  namespace.on("connection", (socket) => socket.on("disconnect", () => connections.delete(socket.conn)));
  return namespace.use((socket, next) => {
    const fault = misfitOf(socket.handshake.auth.version, versionless) ?? repeatOf(connections, socket.conn);
    if (fault === null) next();
    else next(refused(refusals, fault));
  });
}

function misfitOf(version: unknown, versionless: boolean): GridError | null {
  if (version === PROTOCOL_VERSION || (version === undefined && versionless)) return null;
  return new GridError(
    "protocol_version",
    `This coordinator speaks version ${PROTOCOL_VERSION} of the protocol: run a client of the same release, or reload the page.`,
  );
}

function repeatOf(connections: WeakSet<object>, connection: object): GridError | null {
  if (connections.has(connection)) return new GridError("bad_message", "This connection is in the namespace already.");
  connections.add(connection);
  return null;
}

/** As Socket.IO sends it with `connect_error`. */
function refused(refusals: Refusals, error: GridError): Error {
  refusals.note(error);
  const { code, message } = refusalOf(error);
  return Object.assign(new Error(message), { data: { code, message } });
}
