/** What stands at the root beside the pages: whether the process lives and takes work, and what Prometheus reads. */
import { GridError } from "@valence/shared/errors";
import * as z from "zod";
import type { JobsApi } from "../api.js";
import type { Metrics } from "../metrics.js";
import { json, text } from "./answer.js";
import { named } from "./named.js";
import { type Route, route } from "./route.js";

const ALIVE = named("Alive", z.object({ status: z.literal("ok") }), { status: "ok" });
const READY = named("Ready", z.object({ status: z.literal("ready") }), { status: "ready" });

/** Before the rate limits: probes must not be turned away, and cost no more than turning them away would. */
export function probeRoutes(api: JobsApi): Route[] {
  return [
    route({
      method: "get",
      path: "/healthz",
      name: "getHealth",
      tag: "Operation",
      summary: "Ask whether the process lives",
      door: "open",
      unlimited: true,
      certain: true,
      answers: { 200: json("It does.", ALIVE) },
      answer: () => ({ status: 200, body: { status: "ok" } as const }),
    }),
    route({
      method: "get",
      path: "/readyz",
      name: "getReadiness",
      tag: "Operation",
      summary: "Ask whether it takes work",
      door: "open",
      unlimited: true,
      answers: { 200: json("It does.", READY) },
      refusals: ["overloaded"],
      answer: () => {
        const reason = api.unready();
        if (reason !== null) throw new GridError("overloaded", reason);
        return { status: 200, body: { status: "ready" } as const };
      },
    }),
  ];
}

export function metricsRoutes(metrics: Metrics): Route[] {
  return [
    route({
      method: "get",
      path: "/metrics",
      name: "getMetrics",
      tag: "Operation",
      summary: "Read numbers for Prometheus",
      door: "open",
      answers: {
        200: text("The process, the grid, and what was answered.", {
          type: metrics.contentType,
          example:
            "# HELP valence_volunteers Connected volunteer sessions\n# TYPE valence_volunteers gauge\nvalence_volunteers 3\n",
        }),
      },
      answer: async () => ({ status: 200, body: await metrics.text() }),
    }),
  ];
}
