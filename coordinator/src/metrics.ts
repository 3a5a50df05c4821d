/** What Prometheus reads: the process, the grid as `stats()` shows it, and what the adapters count. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { JobsApi } from "./api.js";

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  /** An HTTP request was answered. */
  answered(method: string, status: number): void;
  /** A socket was refused, by code. */
  refused(code: string): void;
}

export function gridMetrics(api: Pick<JobsApi, "stats">): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  gridGauges(api, register);
  const requests = new Counter({
    name: "valence_http_requests_total",
    help: "HTTP requests answered",
    labelNames: ["method", "status"],
    registers: [register],
  });
  const refusals = new Counter({
    name: "valence_sockets_refused_total",
    help: "Sockets refused, by code",
    labelNames: ["code"],
    registers: [register],
  });
  return {
    contentType: register.contentType,
    text: () => register.metrics(),
    answered: (method, status) => requests.inc({ method, status }),
    refused: (code) => refusals.inc({ code }),
  };
}

function gridGauges(api: Pick<JobsApi, "stats">, register: Registry): void {
  const gauge = (name: string, help: string, value: () => number) => {
    new Gauge({
      name: `valence_${name}`,
      help,
      registers: [register],
      collect() {
        this.set(value());
      },
    });
  };
  gauge("volunteers", "Connected volunteer sessions", () => api.stats().volunteers);
  gauge("slots", "Workers of all connected volunteers", () => api.stats().slots);
  gauge("slots_busy", "Workers that hold a lease", () => api.stats().busy);
  gauge("items_per_second", "Items completed a second over the last minute", () => api.stats().rate);
  gauge("stale_reports", "Messages about leases that were no longer theirs, since the start", () => {
    return api.stats().staleReports;
  });
  new Gauge({
    name: "valence_copies",
    help: "Second copies of electrons at the end of jobs, since the start, by what became of them",
    labelNames: ["fate"],
    registers: [register],
    collect() {
      for (const [fate, copies] of Object.entries(api.stats().copies)) this.set({ fate }, copies);
    },
  });
  new Gauge({
    name: "valence_jobs",
    help: "Jobs that have not ended, by state",
    labelNames: ["state"],
    registers: [register],
    collect() {
      for (const [state, jobs] of Object.entries(api.stats().jobs)) this.set({ state }, jobs);
    },
  });
}
