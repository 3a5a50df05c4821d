/** `/jobs/{id}/results`: kept results as NDJSON, as fast as the reader reads and no faster. */
import { ITEMS_MAX } from "@valence/shared/limits";
import * as z from "zod";
import type { JobsApi } from "../api.js";
import { stream } from "./answer.js";
import { cursor, whole } from "./parsed.js";
import { type Route, route } from "./route.js";
import { PROPERTIES } from "./views.js";

const resultsQuery = z
  .strictObject({
    from: whole(0, ITEMS_MAX).optional().describe("The first item."),
    to: whole(0, ITEMS_MAX).optional().describe("The item after the last one."),
    follow: z
      .enum(["0", "1"])
      .default("0")
      .describe(
        "`1` waits for more until the job ends, and gives results as they are committed; `0`, those of now in item order.",
      ),
    after: cursor.optional().describe("Only what comes after the line with this cursor, with the same `follow`."),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, "from is above to");

export function resultRoutes(api: JobsApi): Route[] {
  return [
    route({
      method: "get",
      path: "/api/v1/jobs/{id}/results",
      name: "readResults",
      tag: "Jobs",
      summary: "Read kept results, a line each",
      words:
        "Of a job without a reduce, or with `keep`; for its owner and the operator. A slow reader is held back and loses nothing. When the " +
        "connection breaks, ask again with the last line's `cursor` as `after`.",
      door: "read",
      query: resultsQuery,
      sample: "follow=1",
      answers: {
        200: stream("Each line is the properties of one electron.", {
          type: "application/x-ndjson",
          each: PROPERTIES,
          file: "results.ndjson",
          example: `${JSON.stringify(PROPERTIES.example)}\n`,
        }),
      },
      refusals: ["unauthorized", "unknown_job", "results_not_kept", "draining"],
      answer: async ({ id, query, caller, gone }) => {
        const asked = { ...query, follow: query.follow === "1" };
        return { status: 200, texts: await api.results(id, asked, caller, gone) };
      },
    }),
  ];
}
