/**
 * `/jobs/{id}/events`: what happens to a job, as Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * A reader that comes back says which was its last; when there is nothing more to come it is told so by 204, and stays away.
 */
import { GridError } from "@valence/shared/errors";
import type { Request, Response, Router } from "express";
import * as z from "zod";
import type { EventFrame, JobsApi } from "../api.js";
import { places } from "../rate.js";
import type { Door } from "./door.js";
import { asAttachment } from "./headers.js";
import { parsed, whole } from "./parsed.js";
import { newRouter, serve } from "./paths.js";
import { whileThere, writeAll } from "./stream.js";

/** How streams of events are kept up, and how many. */
export type EventStreams = {
  /** A comment that often keeps proxies from closing what looks dead, and shows a reader whose line is. */
  readonly heartbeatMs: number;
  /** Open at a time, per token or address; loopback has ten times as many. */
  readonly openMax: number;
};
export const EVENT_STREAMS: EventStreams = { heartbeatMs: 15_000, openMax: 100 };

/** When somebody who had too many may look whether one has ended. */
const TOO_MANY_RETRY_MS = 10_000;

const number = whole(0, Number.MAX_SAFE_INTEGER);
const eventsQuery = z.strictObject({ since: number.default(0) });

export function eventRoutes(api: JobsApi, { reads }: Door, { heartbeatMs, openMax }: EventStreams): Router {
  const router = newRouter();
  const take = places(openMax);
  serve(router, "/jobs/:id/events", {
    get: reads(eventsQuery, ({ request, response, id, query, caller }) =>
      whileThere(response, async (gone) => {
        const since = lastEventId(request) ?? query.since;
        const { over, frames } = await api.events(id, { since }, caller, gone);
        if (over) return void response.status(204).end();
        const leave = take({ address: request.socket.remoteAddress ?? "", owner: caller.owner });
        if (leave === null) throw tooMany(openMax);
        const beating = setInterval(() => beat(response), heartbeatMs);
        try {
          asAttachment(response, "events.txt");
          response.type("text/event-stream").set("X-Accel-Buffering", "no"); // nginx would keep events back.
          response.flushHeaders();
          if (request.method === "GET") await writeAll(response, { texts: textsOf(frames), gone });
          response.end();
        } finally {
          clearInterval(beating);
          leave();
        }
      }),
    ),
  });
  return router;
}

/** A reader that is behind needs no sign of life. */
function beat(response: Response): void {
  if (response.headersSent && !response.writableNeedDrain) response.write(":\n\n");
}

function tooMany(max: number): GridError {
  const message = `More than ${max} streams of events are open (loopback: ten times that): close one first.`;
  return new GridError("too_many_requests", message, { details: { retryAfterMs: TOO_MANY_RETRY_MS } });
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
