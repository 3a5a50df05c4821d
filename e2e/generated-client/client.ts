/**
 * A program that knows nothing of this product but what was generated from `/openapi.json`, and openapi-fetch. Compiled and run by
 * generated-client.test.ts, once `./api.ts` is there. Prints what it was answered.
 */
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Job = components["schemas"]["Job"];
type Properties = components["schemas"]["Properties"];

const { GRID_URL: baseUrl = "", GRID_TOKEN: token } = process.env;
const api = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

const published = await api.POST("/api/v1/atoms", {
  body: 'export default { name: "square", process: (n) => n * n };',
  bodySerializer: (source) => source,
  headers: { "Content-Type": "text/javascript" },
});
if (!published.data) throw new Error(published.error.code satisfies Refusal<"/api/v1/atoms">);

const submitted = await api.POST("/api/v1/jobs", {
  params: { header: { "Idempotency-Key": "once" } },
  body: {
    atom: published.data.id,
    input: { list: [1, 2, 3, { $num: "NaN" }] },
    reduce: { each: { top: 1 }, keysMax: 1 },
    policy: { onFailure: { tolerate: 1 } },
    keep: true,
  },
});
if (!submitted.data) throw new Error(submitted.error.code);
const cancelled = await api.POST("/api/v1/jobs/{id}/cancel", { params: { path: { id: submitted.data.id } } });

const summed = await api.POST("/api/v1/jobs", {
  body: { atom: "square", input: { list: [1, 2, 3] }, reduce: "sum", keep: true },
});
if (!summed.data) throw new Error(summed.error.detail);
const job = await ended(summed.data);
const path = { id: job.id };
const lines = await api.GET("/api/v1/jobs/{id}/results", { params: { path, query: { follow: "1" } }, parseAs: "text" });
const results = (lines.data ?? "")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Properties);
const page = await api.GET("/api/v1/jobs", { params: { query: { state: "succeeded", limit: 1 } } });
const refused = await api.POST("/api/v1/jobs", { body: { atom: "nobody", input: { list: [1] } } });

// @ts-expect-error no such rule
void (() => api.POST("/api/v1/jobs", { body: { atom: "square", input: { list: [1] }, reduce: "median" } }));
// @ts-expect-error no such input
void (() => api.POST("/api/v1/jobs", { body: { atom: "square", input: { lists: [1] } } }));
// @ts-expect-error no such parameter
void (() => api.GET("/api/v1/jobs", { params: { query: { state: "lost" } } }));
// @ts-expect-error no such path
void (() => api.GET("/api/v1/nothing"));

console.log(
  JSON.stringify({
    cancelled: cancelled.data?.state,
    state: job.state,
    sum: job.result,
    results: results.map(({ result }) => result).sort(),
    listed: page.data?.items.map(({ id }) => id === job.id),
    refused: [refused.response.status, refused.error?.code satisfies Refusal<"/api/v1/jobs"> | undefined],
  }),
);

/** The codes with which a `POST` may be refused, as a union. */
type Refusal<Path extends "/api/v1/atoms" | "/api/v1/jobs"> = {
  [Status in keyof paths[Path]["post"]["responses"]]: paths[Path]["post"]["responses"][Status] extends {
    content: { "application/problem+json": { code: infer Code } };
  }
    ? Code
    : never;
}[keyof paths[Path]["post"]["responses"]];

async function ended(submitted: Job): Promise<Job> {
  for (let view: Job | undefined = submitted; view; ) {
    if (view.endedAt !== null) return view;
    await new Promise((resolve) => setTimeout(resolve, 50));
    view = (await api.GET("/api/v1/jobs/{id}", { params: { path: { id: view.id } } })).data;
  }
  throw new Error("the job has gone");
}
