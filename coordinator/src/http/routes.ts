/** Every route but the pages, by what stands before it; and among them the description of all. */
import type { JobsApi } from "../api.js";
import type { Metrics } from "../metrics.js";
import { atomRoutes } from "./atoms.js";
import { EVENT_STREAMS, type EventStreams, eventRoutes } from "./events.js";
import { gridRoutes } from "./grid.js";
import { inputRoutes } from "./inputs.js";
import { jobRoutes } from "./jobs.js";
import { descriptionRoutes } from "./openapi/description-routes.js";
import { resultRoutes } from "./results.js";
import { metricsRoutes, probeRoutes } from "./root.js";
import type { Route } from "./route.js";
import { steeringRoutes } from "./steering.js";

/** What routes are made of. */
export type RouteParts = {
  readonly api: JobsApi;
  readonly metrics: Metrics;
  /** Who runs this grid; null when nobody said. */
  readonly operator: string | null;
  /** Other than the usual ones: for tests. */
  readonly eventStreams?: EventStreams;
};

type Routes = {
  /** Before the limits of requests a second. */
  readonly probes: readonly Route[];
  /** Their bodies may take as long as they need. */
  readonly uploads: readonly Route[];
  readonly others: readonly Route[];
  /** In the order in which they are described. */
  readonly all: readonly Route[];
};

export function routesOf({ api, metrics, operator, eventStreams = EVENT_STREAMS }: RouteParts): Routes {
  const probes = probeRoutes(api);
  const uploads = inputRoutes(api);
  const jobs = [...jobRoutes(api), ...steeringRoutes(api), ...resultRoutes(api), ...eventRoutes(api, eventStreams)];
  const rest: Route[] = [...gridRoutes({ api, operator }), ...metricsRoutes(metrics), ...descriptionRoutes(() => all)];
  const atoms = atomRoutes(api);
  const all: Route[] = [...jobs, ...atoms, ...uploads, ...rest, ...probes];
  return { probes, uploads, others: [...jobs, ...atoms, ...rest], all };
}
