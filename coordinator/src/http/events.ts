/**
 * `/jobs/{id}/events`: what happens to a job, as Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * A reader that comes back says which was its last; when there is nothing more to come it is told so by 204, and stays away.
 */
import { GridError } from "@valence/shared/errors";
import type { Response } from "express";
import * as z from "zod";
import type { EventFrame, JobsApi } from "../api.js";
import { PLACE_RETRY_MS, places } from "../rate.js";
import { nothing, stream } from "./answer.js";
import { whole } from "./parsed.js";
import { requestHeader } from "./request-header.js";
import { type Route, route } from "./route.js";
import { EVENT, SNAPSHOT } from "./views.js";

/** How streams of events are kept up, and how many. */
export type EventStreams = {
  /** A comment that often keeps proxies from closing what looks dead, and shows a reader whose line is. */
  readonly heartbeatMs: number;
  /** Open at a time, per token or address; loopback has ten times as many. */
  readonly openMax: number;
};
export const EVENT_STREAMS: EventStreams = { heartbeatMs: 15_000, openMax: 100 };

const number = whole(0, Number.MAX_SAFE_INTEGER);
const eventsQuery = z.strictObject({
  since: number.default(0).describe("Only what came after the event with this number."),
});

const LAST_EVENT_ID = requestHeader("Last-Event-ID", {
  words:
    "What an EventSource says when it comes back to the address that it began with; it counts in the place of `since`.",
  schema: number,
  example: "12",
});

export function eventRoutes(api: JobsApi, { heartbeatMs, openMax }: EventStreams): Route[] {
  const take = places(openMax);
  return [
    route({
      method: "get",
      path: "/api/v1/jobs/{id}/events",
      name: "readEvents",
      tag: "Jobs",
      summary: "Follow the events of a job",
      words: WORDS,
      door: "read",
      query: eventsQuery,
      sample: "since=0",
      headers: [LAST_EVENT_ID],
      answers: {
        200: stream("Messages, until the job has ended.", {
          type: "text/event-stream",
          each: EVENT,
          named: { reset: SNAPSHOT, end: SNAPSHOT },
          file: "events.txt",
          example: `id: ${EVENT.example.number}\ndata: ${JSON.stringify(EVENT.example)}\n\n`,
        }),
        204: nothing("The job has ended, and the reader has had all of it: an EventSource does not come back."),
      },
      refusals: ["unknown_job", "draining"],
      answer: async ({ request, id, query, caller, gone }) => {
        const since = LAST_EVENT_ID.read(request) ?? query.since;
        const { over, frames } = await api.events(id, { since }, caller, gone);
        if (over) return { status: 204 };
        const leave = take({ address: request.socket.remoteAddress ?? "", owner: caller.owner });
        if (leave === null) throw tooMany(openMax);
        const meanwhile = (response: Response) => {
          const beating = setInterval(() => beat(response), heartbeatMs);
          return () => {
            clearInterval(beating);
            leave();
          };
        };
        return { status: 200, texts: textsOf(frames), meanwhile, headers: UNBUFFERED };
      },
    }),
  ];
}

const WORDS = `Server-Sent Events. The data of a message without a name is a \`JobEvent\`, and its id the event's number. Two have names: \`reset\`, in the
place of events that are not kept any more, and \`end\`, the last one; the data of both is \`{number, view}\`, a \`JobSnapshot\`. A comment every 15 s
shows that the line is alive. The last 10,000 events of a job are kept, until 7 days after its end.`;

/** nginx would keep events back. */
const UNBUFFERED = { "X-Accel-Buffering": "no" };

/** A reader that is behind needs no sign of life. */
function beat(response: Response): void {
  if (response.headersSent && !response.writableNeedDrain) response.write(":\n\n");
}

function tooMany(max: number): GridError {
  const message = `More than ${max} streams of events are open (loopback: ten times that): close one first.`;
  return new GridError("too_many_requests", message, { details: { retryAfterMs: PLACE_RETRY_MS } });
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
