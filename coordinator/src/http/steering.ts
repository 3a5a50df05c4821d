/** `/jobs/{id}/pause` and the like: acts on a job that is there. */
import type { JobView } from "@valence/shared/job-view";
import { ELECTRONS_MAX } from "@valence/shared/limits";
import * as z from "zod";
import type { Caller, JobsApi } from "../api.js";
import { json } from "./answer.js";
import { EMPTY_JSON, optionalJson } from "./body.js";
import { named } from "./named.js";
import { type Route, route } from "./route.js";
import { JOB } from "./views.js";

const electron = z
  .int()
  .min(0)
  .max(ELECTRONS_MAX - 1)
  .optional()
  .describe("The only one to retry; without it, all.");
const RETRY = named("RetryRequest", z.strictObject({ electron }), { electron: 7 });

export function steeringRoutes(api: JobsApi): Route[] {
  return [
    steering(
      { act: "pause", summary: "Pause a job", words: "Nothing more of it starts; what runs may end, and counts." },
      (id, caller) => api.pause(id, caller),
    ),
    steering({ act: "resume", summary: "Resume a paused job" }, (id, caller) => api.resume(id, caller)),
    route({
      ...steered("cancel"),
      summary: "Cancel a job",
      words: "What runs is killed everywhere. A second time changes nothing, and so it is on an ended job.",
      body: EMPTY_JSON,
      refusals: ["unknown_job", "draining"],
      answer: async ({ id, caller }) => ({ status: 200, body: await api.cancel(id, caller) }),
    }),
    route({
      ...steered("retry"),
      summary: "Retry dead letters",
      words: "One electron or all, each with all its attempts; an ended job begins anew with them.",
      body: optionalJson(RETRY),
      refusals: ["unknown_job", "nothing_to_retry", "draining"],
      answer: async ({ id, caller, body }) => ({
        status: 200,
        body: await api.retry(id, body.electron ?? null, caller),
      }),
    }),
  ];
}

type Act = { readonly act: string; readonly summary: string; readonly words?: string };

/** What an ended job refuses. */
function steering({ act, ...said }: Act, run: (id: string, caller: Caller) => Promise<JobView>): Route {
  return route({
    ...steered(act),
    ...said,
    body: EMPTY_JSON,
    refusals: ["unknown_job", "job_ended", "draining"],
    answer: async ({ id, caller }) => ({ status: 200, body: await run(id, caller) }),
  });
}

function steered(act: string) {
  return {
    method: "post",
    path: `/api/v1/jobs/{id}/${act}`,
    name: `${act}Job`,
    tag: "Jobs",
    door: "write",
    answers: { 200: json("The job as it then is.", JOB) },
  } as const;
}
