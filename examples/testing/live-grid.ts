/** A real coordinator with real clients in this process, on a free port and in a folder that goes with it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleAtom } from "@valence/client-node/bundle";
import { threadExecutor } from "@valence/client-node/executors/thread";
import { connect } from "@valence/client-node/sdk/connect";
import type { Grid } from "@valence/client-node/sdk/grid";
import { startVolunteer } from "@valence/client-node/volunteer/start-volunteer";
import { logger } from "@valence/coordinator/log";
import { startCoordinator } from "@valence/coordinator/serve";
import { serveSettings } from "@valence/coordinator/settings";

export type LiveGrid = {
  readonly url: string;
  /** The operator's. */
  readonly token: string;
  readonly dataDir: string;
  readonly grid: Grid;
  stop(): Promise<void>;
};

export async function liveGrid({ clients: count = 2 } = {}): Promise<LiveGrid> {
  const dataDir = await mkdtemp(join(tmpdir(), "valence-example-"));
  const settings = serveSettings({ port: "0", dataDir, logLevel: "warn" }, {});
  const serving = await startCoordinator(settings, logger(settings.log));
  const { url, adminToken: token } = serving;
  const clients = await Promise.all(
    Array.from({ length: count }, (_, i) =>
      startVolunteer({
        url,
        token: () => token,
        slots: 1,
        executor: threadExecutor(),
        dataDir: join(dataDir, `client-${i}`),
      }),
    ),
  );
  return {
    url,
    token,
    dataDir,
    grid: connect({ url, token }),
    async stop() {
      await Promise.all(clients.map((client) => client.stop("now")));
      await serving.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** Publishes the atom of an example's folder, for its id. */
export async function publish(grid: Grid, example: string): Promise<string> {
  // Tests run as compiled, and what an author publishes is the source.
  const source = fileURLToPath(new URL(`../../${example}/atom.ts`, import.meta.url));
  return (await grid.publish(await bundleAtom(source))).id;
}
