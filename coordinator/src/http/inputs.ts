/** `/inputs`: lists that come before their jobs, as NDJSON of any length. */
import { overLimit } from "@valence/shared/errors";
import { UPLOAD_BYTES_MAX } from "@valence/shared/limits";
import * as z from "zod";
import type { JobsApi } from "../api.js";
import { json, location, nothing } from "./answer.js";
import { stream } from "./body.js";
import { before, limit } from "./parsed.js";
import { type Route, route } from "./route.js";
import { page, UPLOAD, UPLOADED } from "./views.js";

const LINES = stream(
  {
    types: ["application/x-ndjson"],
    bytesMax: UPLOAD_BYTES_MAX,
    tooLarge: (actual) =>
      overLimit("body_too_large", `The upload has ${actual} bytes`, {
        limit: "UPLOAD_BYTES_MAX",
        max: UPLOAD_BYTES_MAX,
        actual,
      }),
  },
  {
    words:
      "A value in each line, in the JSON form of values: at most 10,000,000 lines of at most 64 KiB each, and 1 GiB of them, " +
      "as they are or with `Content-Encoding: gzip`.",
    example: '{"x": 1}\n{"x": 2}\n{"x": 3}\n',
  },
);

const pageQuery = z.strictObject({ before, limit });

/** They may take as long as they need, where others must come whole in time. */
export function inputRoutes(api: JobsApi): Route[] {
  return [
    route({
      method: "get",
      path: "/api/v1/inputs",
      name: "listInputs",
      tag: "Inputs",
      summary: "List one's own uploads, newest first",
      words: "The operator's are all.",
      door: "read",
      query: pageQuery,
      answers: { 200: json("A page of uploads.", page(UPLOAD, "before")) },
      refusals: ["unauthorized"],
      answer: async ({ query, caller }) => ({ status: 200, body: await api.uploads(query, caller) }),
    }),
    uploading(api),
    route({
      method: "get",
      path: "/api/v1/inputs/{id}",
      name: "getInput",
      tag: "Inputs",
      summary: "Read an upload",
      door: "read",
      answers: { 200: json("The upload, without its elements.", UPLOAD) },
      refusals: ["unauthorized", "unknown_upload"],
      answer: async ({ id, caller }) => ({ status: 200, body: await api.uploadView(id, caller) }),
    }),
    route({
      method: "delete",
      path: "/api/v1/inputs/{id}",
      name: "deleteInput",
      tag: "Inputs",
      summary: "Delete an upload that no job uses",
      door: "write",
      answers: { 204: nothing("It is gone.") },
      refusals: ["unknown_upload", "upload_in_use", "storage_full"],
      answer: async ({ id, caller }) => {
        await api.deleteUpload(id, caller);
        return { status: 204 };
      },
    }),
  ];
}

function uploading(api: JobsApi): Route {
  const address = location(`/api/v1/inputs/${UPLOADED.example.id}`);
  return route({
    method: "post",
    path: "/api/v1/inputs",
    name: "uploadInput",
    tag: "Inputs",
    summary: "Upload a list for jobs to come",
    words:
      "It is read as fast as it can be stored and no faster. The answer comes when all of it is durable. A line that is broken is named " +
      "as `line` in the problem, and nothing is kept, nor when the connection breaks. An upload goes with the last job that used it, " +
      "or after 7 days without any. A token may send 4 at a time.",
    door: "write",
    body: LINES,
    answers: { 201: json("All of it is kept.", UPLOADED, { headers: address }) },
    refusals: [
      "bad_json",
      "value_invalid",
      "payload_too_large",
      "list_too_long",
      "empty_input",
      "overloaded",
      "draining",
      "storage_full",
    ],
    answer: async ({ body, caller }) => {
      const uploaded = await api.upload(body, caller);
      return { status: 201, body: uploaded, headers: { Location: `/api/v1/inputs/${uploaded.id}` } };
    },
  });
}
