/** The real HTTP and sockets of a coordinator over a fake one, for tests of what talks to it. */
import type { JobsApi } from "@valence/coordinator/api";
import { gridMetrics } from "@valence/coordinator/metrics";
import { serveSockets } from "@valence/coordinator/socket/sockets";
import { type FakeApi, fakeApi } from "@valence/coordinator/testing/fake-api";
import { httpGrid, memoryLog, TOKEN } from "@valence/coordinator/testing/http-grid";
import { adminTokens } from "@valence/coordinator/tokens";

export { JOB, ndjson, properties, UPLOAD } from "@valence/coordinator/testing/fake-api";
export { TOKEN } from "@valence/coordinator/testing/http-grid";

export type FakeGrid = { readonly url: string; readonly api: FakeApi; close(): Promise<void> };

/** `overrides` replace answers of the fake coordinator. */
export async function fakeGrid(overrides: Partial<JobsApi> = {}): Promise<FakeGrid> {
  const api = fakeApi(overrides);
  const http = await httpGrid({ api });
  const sockets = serveSockets(http.server, {
    api: { ...api, join: refuseVolunteers },
    tokens: adminTokens(TOKEN),
    log: memoryLog([]),
    metrics: gridMetrics(api),
    place: { host: "127.0.0.1", publicUrl: null },
  });
  return {
    url: http.url,
    api,
    close: async () => {
      await sockets.close();
      await http.close();
    },
  };
}

function refuseVolunteers(): never {
  throw new Error("no volunteers here");
}
