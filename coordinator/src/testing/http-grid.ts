/** A real HTTP server over a fake coordinator, on a free port of loopback. */
import { request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { httpApp } from "../http/app.js";
import type { EventStreams } from "../http/events.js";
import type { Rates } from "../http/limits.js";
import { PATIENCE, type Patience } from "../http/patience.js";
import { httpServer } from "../http/server.js";
import type { Site } from "../http/site-files.js";
import { type Log, type LogLevel, logger } from "../log.js";
import { gridMetrics } from "../metrics.js";
import type { Place } from "../origin.js";
import { adminTokens } from "../tokens.js";
import { type FakeApi, fakeApi } from "./fake-api.js";
import { attend } from "./witness.js";

export const TOKEN = "operator-token";
export const AUTHORIZED = { Authorization: `Bearer ${TOKEN}` };

export type HttpGrid = {
  readonly api: FakeApi;
  readonly url: string;
  readonly port: number;
  readonly server: Server;
  /** Lines of the log, as JSON. */
  readonly logged: Record<string, unknown>[];
  /** What was answered, as `Testimony` has it. */
  readonly seen: ReadonlySet<string>;
  /** @throws Error when something was answered that is not described */
  close(): Promise<void>;
};

type GridOptions = {
  api?: FakeApi;
  place?: Place;
  rates?: Rates;
  eventStreams?: EventStreams;
  operator?: string;
  site?: Site;
  patience?: Partial<Patience>;
  logLevel?: LogLevel;
};

export async function httpGrid(options: GridOptions = {}): Promise<HttpGrid> {
  const { api = fakeApi(), place = { host: "127.0.0.1", publicUrl: null } } = options;
  const logged: Record<string, unknown>[] = [];
  const app = httpApp({
    api,
    tokens: adminTokens(TOKEN),
    log: memoryLog(logged, options.logLevel),
    metrics: gridMetrics(api),
    place,
    operator: options.operator ?? null,
    site: options.site ?? null,
    ...(options.rates ? { rates: options.rates } : {}),
    ...(options.eventStreams ? { eventStreams: options.eventStreams } : {}),
    patience: { ...PATIENCE, ...options.patience },
  });
  const server = httpServer(app);
  const port = await listening(server);
  const testimony = attend(port);
  const close = async () => {
    await closed(server);
    testimony.end();
  };
  return { api, url: `http://127.0.0.1:${port}`, port, server, logged, seen: testimony.seen, close };
}

export function memoryLog(logged: Record<string, unknown>[], level: LogLevel = "info"): Log {
  return logger({ json: true, level, to: { write: (line) => logged.push(JSON.parse(line)) } });
}

export async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** A request with headers that `fetch` sets by itself, such as `Host`. */
export async function statusWith(port: number, headers: Record<string, string>, path = "/healthz"): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, path, headers, agent: false as const };
    request(options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .once("error", reject)
      .end();
  });
}
