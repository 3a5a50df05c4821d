/**
 * `/jobs/{id}/events`: what happens to a job, as Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * A reader that comes back says which was its last; when there is nothing more to come it is told so by 204, and stays away.
 */
import type { Request, Router } from "express";
import * as z from "zod";
import type { EventFrame, JobsApi } from "../api.js";
import type { Door } from "./door.js";
import { asAttachment } from "./headers.js";
import { parsed, whole } from "./parsed.js";
import { newRouter, serve } from "./paths.js";
import { whileThere, writeAll } from "./stream.js";

/** A comment that often keeps proxies from closing what looks dead, and shows a reader whose line is. */
export const HEARTBEAT_MS = 15_000;

const number = whole(0, Number.MAX_SAFE_INTEGER);
const eventsQuery = z.strictObject({ since: number.default(0) });

export function eventRoutes(api: JobsApi, { reads }: Door, heartbeatMs: number): Router {
  const router = newRouter();
  serve(router, "/jobs/:id/events", {
    get: reads(eventsQuery, ({ request, response, id, query, caller }) =>
      whileThere(response, async (gone) => {
        const since = lastEventId(request) ?? query.since;
        const { over, frames } = await api.events(id, { since }, caller, gone);
        if (over) return void response.status(204).end();
        asAttachment(response, "events.txt");
        response.type("text/event-stream").set("X-Accel-Buffering", "no"); // nginx would keep events back.
        response.flushHeaders();
        if (request.method !== "GET") return void response.end();
        const beating = setInterval(() => {
          if (!response.writableNeedDrain) response.write(":\n\n"); // A reader that is behind needs no sign of life.
        }, heartbeatMs);
        gone.addEventListener("abort", () => clearInterval(beating));
        await writeAll(response, { texts: textsOf(frames), gone });
      }),
    ),
  });
  return router;
}

/** What an EventSource says when it comes back to the address that it began with. @throws GridError `invalid_request` */
function lastEventId(request: Request): number | null {
  const header = request.headers["last-event-id"];
  return header === undefined || header === "" ? null : parsed(number, header, "header Last-Event-ID");
}

async function* textsOf(frames: AsyncIterable<EventFrame>): AsyncGenerator<string> {
  for await (const frame of frames) yield textOf(frame);
}

/** Events have no name of their own, so that `onmessage` gets them all; `reset` and `end` do. */
function textOf(frame: EventFrame): string {
  if (frame.type === "events") {
    return frame.events.map((event) => `id: ${event.number}\ndata: ${JSON.stringify(event)}\n\n`).join("");
  }
  const { type, ...snapshot } = frame;
  return `id: ${frame.number}\nevent: ${type}\ndata: ${JSON.stringify(snapshot)}\n\n`;
}
