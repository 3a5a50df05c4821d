/** What the grid as a whole shows, `/grid`, `/volunteers` and `/stats`, and the goodbye of a session. */
import type { GridView } from "@valence/shared/job-view";
import type { JobsApi } from "../api.js";
import { json, nothing } from "./answer.js";
import { type Route, route } from "./route.js";
import { GRID, page, STATS, VOLUNTEER } from "./views.js";

export function gridRoutes({ api, operator }: { api: JobsApi } & GridView): Route[] {
  return [
    route({
      method: "get",
      path: "/api/v1/grid",
      name: "getGrid",
      tag: "Grid",
      summary: "Read what the grid says of itself",
      door: "read",
      certain: true,
      answers: { 200: json("As its operator has it.", GRID) },
      answer: () => ({ status: 200, body: { operator } }),
    }),
    route({
      method: "get",
      path: "/api/v1/volunteers",
      name: "listVolunteers",
      tag: "Grid",
      summary: "List who is connected",
      door: "read",
      answers: { 200: json("All connected sessions, on one page.", page(VOLUNTEER, "before")) },
      answer: () => ({ status: 200, body: { items: api.volunteers(), next: null } }),
    }),
    route({
      method: "get",
      path: "/api/v1/stats",
      name: "getStats",
      tag: "Grid",
      summary: "Read the grid in numbers",
      door: "read",
      answers: { 200: json("As it is now.", STATS) },
      answer: () => ({ status: 200, body: api.stats() }),
    }),
    // Without a token: whoever knows the id of a session is that session. A page that is closed can still send a beacon.
    route({
      method: "post",
      path: "/api/v1/sessions/{id}/goodbye",
      name: "sayGoodbye",
      tag: "Grid",
      summary: "End a volunteer's session",
      words:
        "For a page that is closed and can only send a beacon. It needs no token: only its volunteer knows a session's id.",
      door: "read",
      answers: { 204: nothing("The session has left, if there was one.") },
      answer: ({ id }) => {
        api.part(id);
        return { status: 204 };
      },
    }),
  ];
}
