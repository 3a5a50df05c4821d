/** `/jobs`: submit and read jobs. */
import { jobRequest } from "@valence/shared/job-request";
import { JOB_STATES } from "@valence/shared/job-state";
import { ATOM_ID_LENGTH_MAX, ELECTRONS_MAX, NAME_LENGTH_MAX } from "@valence/shared/limits";
import * as z from "zod";
import type { JobsApi } from "../api.js";
import { json, location, nothing } from "./answer.js";
import { jsonFor } from "./body.js";
import { named } from "./named.js";
import { before, limit, whole } from "./parsed.js";
import { type Route, route } from "./route.js";
import { DEAD_LETTER, EXPLANATION, JOB, page } from "./views.js";

const JOB_REQUEST = named<unknown>("JobRequest", jobRequest, {
  name: "π",
  atom: "monte-carlo-pi",
  input: { range: { from: 0, to: 50_000_000, chunk: 1_000_000 } },
  reduce: "mean",
  seed: 1,
} satisfies z.input<typeof jobRequest>);

const listQuery = z.strictObject({
  state: z.enum(JOB_STATES).optional(),
  atom: z.string().min(1).max(ATOM_ID_LENGTH_MAX).optional().describe("A name, or a full id."),
  name: z.string().min(1).max(NAME_LENGTH_MAX).optional().describe("What its submitter called it."),
  before,
  limit,
});
/** −1 comes before the first one. */
const deadLettersQuery = z.strictObject({
  after: whole(0, ELECTRONS_MAX - 1)
    .default(-1)
    .describe("The electron of the last letter that is known."),
  limit,
});

export function jobRoutes(api: JobsApi): Route[] {
  return [
    submitting(api),
    route({
      method: "get",
      path: "/api/v1/jobs",
      name: "listJobs",
      tag: "Jobs",
      summary: "List jobs, newest first",
      words: "Private ones are there for their owner and the operator alone.",
      door: "read",
      query: listQuery,
      sample: "state=running",
      answers: { 200: json("A page of jobs.", page(JOB, "before")) },
      answer: async ({ query, caller }) => ({ status: 200, body: await api.jobs(query, caller) }),
    }),
    route({
      method: "get",
      path: "/api/v1/jobs/{id}",
      name: "getJob",
      tag: "Jobs",
      summary: "Read a job, as it was last committed",
      door: "read",
      answers: { 200: json("The job.", JOB) },
      refusals: ["unknown_job"],
      answer: async ({ id, caller }) => ({ status: 200, body: await api.job(id, caller) }),
    }),
    route({
      method: "delete",
      path: "/api/v1/jobs/{id}",
      name: "deleteJob",
      tag: "Jobs",
      summary: "Delete an ended job and all it kept",
      door: "write",
      answers: { 204: nothing("It is gone.") },
      refusals: ["unknown_job", "job_not_ended", "storage_full"],
      answer: async ({ id, caller }) => {
        await api.delete(id, caller);
        return { status: 204 };
      },
    }),
    explaining(api),
    route({
      method: "get",
      path: "/api/v1/jobs/{id}/dead-letters",
      name: "listDeadLetters",
      tag: "Jobs",
      summary: "List the electrons that have failed for good, with every error",
      words: "For the owner and the operator.",
      door: "read",
      query: deadLettersQuery,
      answers: { 200: json("A page of them.", page(DEAD_LETTER, "after"), { file: "dead-letters.json" }) },
      refusals: ["unauthorized", "unknown_job"],
      answer: async ({ id, query, caller }) => ({ status: 200, body: await api.deadLetters(id, query, caller) }),
    }),
  ];
}

function explaining(api: JobsApi): Route {
  return route({
    method: "get",
    path: "/api/v1/jobs/{id}/explain",
    name: "explainJob",
    tag: "Jobs",
    summary: "Why nothing, or so little, of a job is running",
    words:
      "What keeps most of it from running comes first, each with what to do. It is how things are at this moment, committed or not; a job has ended when that is committed.",
    door: "read",
    answers: { 200: json("The reasons.", EXPLANATION) },
    refusals: ["unknown_job"],
    answer: async ({ id, caller }) => ({ status: 200, body: await api.explain(id, caller) }),
  });
}

function submitting(api: JobsApi): Route {
  const replayed = {
    words: "`true` when this request, with this key, had made the job before.",
    example: "true",
    always: false,
  };
  return route({
    method: "post",
    path: "/api/v1/jobs",
    name: "submitJob",
    tag: "Jobs",
    summary: "Submit a job",
    words:
      "The answer comes when the job is durable: from then on it goes on by itself, whatever is restarted. With an `Idempotency-Key` the " +
      "request may be repeated, and makes one job.",
    door: "keyed write",
    body: jsonFor(JOB_REQUEST),
    answers: {
      202: json("The job is taken.", JOB, {
        headers: { ...location(`/api/v1/jobs/${JOB.example.id}`), "Idempotent-Replayed": replayed },
      }),
    },
    refusals: [
      "unknown_atom",
      "unknown_upload",
      "unknown_job",
      "unsupported",
      "invalid_range",
      "empty_input",
      "list_too_long",
      "payload_invalid",
      "payload_too_large",
      "params_too_large",
      "too_many_items",
      "too_many_electrons",
      "collect_too_large",
      "value_invalid",
      "key_reused",
      "draining",
    ],
    answer: async ({ body, caller, key }) => {
      const { job, replayed } = await api.submit(body, caller, key);
      const again: Record<string, string> = replayed ? { "Idempotent-Replayed": "true" } : {};
      return { status: 202, body: job, headers: { Location: `/api/v1/jobs/${job.id}`, ...again } };
    },
  });
}
