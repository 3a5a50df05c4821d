/** The coordinator as a process serves it: store, service, HTTP and sockets wired together. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { adminToken } from "./admin-token.js";
import type { Coordinator } from "./coordinator.js";
import { httpApp } from "./http/app.js";
import { httpServer } from "./http/server.js";
import { builtSite } from "./http/site-files.js";
import type { Log } from "./log.js";
import { gridMetrics } from "./metrics.js";
import { openCoordinator } from "./open-coordinator.js";
import { type Settings, SettingsError } from "./settings.js";
import { serveSockets } from "./socket/sockets.js";
import { sqliteStore } from "./store/sqlite.js";
import { adminTokens } from "./tokens.js";

export type Serving = {
  /** Where it listens: `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly adminToken: string;
  /** Where the token is kept; null when it was given. */
  readonly adminTokenFile: string | null;
  /** Takes nothing new, waits for what is out to come back and to be durable, and lets go of port and data. */
  close(): Promise<void>;
};

/**
 * Starts a coordinator. Throws a `SettingsError` when the address cannot be had, a `StoreError` when the data cannot be
 * opened: another coordinator uses it, a newer version has written it, or it is damaged.
 */
export async function startCoordinator(settings: Settings, log: Log): Promise<Serving> {
  const store = await sqliteStore({ dir: settings.dataDir });
  const closing: (() => Promise<void>)[] = [() => store.close()];
  try {
    const coordinator = await openCoordinator({ store, log, keepDays: settings.keepDays });
    closing[0] = () => coordinator.close();
    return await listen({ settings, log, coordinator, closing });
  } catch (error) {
    for (const close of closing.reverse()) await close();
    throw error;
  }
}

type Parts = {
  readonly settings: Settings;
  readonly log: Log;
  readonly coordinator: Coordinator;
  /** What has been opened so far, to be closed in the opposite order. */
  readonly closing: (() => Promise<void>)[];
};

async function listen({ settings, log, coordinator, closing }: Parts): Promise<Serving> {
  const { token, path } = adminToken(settings.dataDir, settings.adminToken);
  const tokens = adminTokens(token);
  const metrics = gridMetrics(coordinator);
  const place = { host: settings.host, publicUrl: settings.publicUrl };
  const { operator } = settings;
  const app = httpApp({ api: coordinator, tokens, log, metrics, place, operator, site: builtSite() });
  const server = httpServer(app);
  const sockets = serveSockets(server, { api: coordinator, tokens, log, metrics, place });
  closing.push(() => sockets.close());
  await listening(server, settings);
  const { port } = server.address() as AddressInfo;
  const host = settings.host.includes(":") ? `[${settings.host}]` : settings.host;
  return {
    url: `http://${host}:${port}`,
    port,
    dataDir: settings.dataDir,
    adminToken: token,
    adminTokenFile: path,
    close: async () => {
      await coordinator.drain();
      const closed = new Promise((resolve) => server.close(resolve));
      await sockets.close();
      await coordinator.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function listening(server: Server, { host, port }: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(new SettingsError([sentence(cause, host, port)], { cause })),
    );
    server.listen({ host, port }, resolve);
  });
}

function sentence({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === "EADDRINUSE") return `Port ${port} on ${host} is taken: choose another PORT, or 0 for a free one.`;
  if (code === "EACCES") return `Port ${port} on ${host} is not allowed: choose a PORT above 1023.`;
  return `Cannot listen on ${host}:${port}: ${message}.`;
}
