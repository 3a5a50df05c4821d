/** A job's events as one stream, whatever happens to the connections under it. */
import { type JobEvent, type JobSnapshot, jobEvent, jobSnapshot } from "@valence/shared/job-event";
import type * as z from "zod";
import { UnreachableError } from "./errors.js";
import { type Message, messagesOf } from "./event-stream.js";
import { passed } from "./http-answer.js";
import type { HttpLink } from "./http-link.js";
import { pathOf } from "./http-path.js";
import { resumed } from "./resumed.js";

/** Which events; without a field, all. */
export type EventsQuery = {
  /** Only what came after the event with this number; without it, all. */
  readonly since?: number | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Events are missing here, for they are not kept any more: the job as it is after event `number`. What follows comes after that. */
export type JobReset = { readonly kind: "reset" } & JobSnapshot;

/** A coordinator sends something every 15 s: who hears nothing for so long is cut off, whatever its socket says. */
const SILENT_MS_MAX = 45_000;

/**
 * Each event once, until the job has ended. The first request must succeed; when the connection breaks later, the stream goes on
 * after the last event that arrived, for as long as it takes.
 */
export function readEvents(
  http: HttpLink,
  job: string,
  { since = 0, signal }: EventsQuery,
): AsyncGenerator<JobEvent | JobReset, void, void> {
  let last = since;
  const open = async () => {
    const silence = new AbortController();
    const either = signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]);
    const answer = await http.open({ path: pathOf`/jobs/${job}/events`, query: { since: last }, signal: either });
    if (answer.status === 204) {
      await passed(answer);
      return noEvents();
    }
    const fallenSilent = () => silence.abort(new UnreachableError(http.url, "it has fallen silent"));
    return eventsOf({ http, bytes: whileHeard(answer.body, fallenSilent), signal }, (number) => {
      last = number;
    });
  };
  return resumed(open, signal);
}

type Source = {
  readonly http: HttpLink;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal | undefined;
};

/** The job has ended, and the reader knows all of it. */
async function* noEvents(): AsyncGenerator<never, void, void> {}

/** What breaks the stream, or ends it before the job, is an UnreachableError: the rest can be asked for. */
async function* eventsOf(
  { http, bytes, signal }: Source,
  onNumber: (number: number) => void,
): AsyncGenerator<JobEvent | JobReset, void, void> {
  const messages = messagesOf(bytes);
  try {
    for (;;) {
      const { done, value } = await messages.next().catch((cause) => {
        throw signal?.aborted === true ? signal.reason : http.unreachable(cause);
      });
      if (done === true) throw new UnreachableError(http.url, "the connection ended");
      if (value.event === "end") return;
      const event = eventOf(http, value);
      onNumber(event.number);
      yield event;
    }
  } finally {
    await messages.return();
  }
}

function eventOf(http: HttpLink, { event, data }: Message): JobEvent | JobReset {
  if (event === "reset") return { kind: "reset", ...parsed(http, jobSnapshot, data) };
  return parsed(http, jobEvent, data);
}

function parsed<T>(http: HttpLink, schema: z.ZodType<T>, data: string): T {
  try {
    return schema.parse(JSON.parse(data));
  } catch (cause) {
    throw http.unknown("one of its events has another form", cause);
  }
}

/** The clock runs while something is waited for, and not while the reader of it takes its time. */
async function* whileHeard(
  bytes: AsyncIterable<Uint8Array>,
  onSilence: () => void,
): AsyncGenerator<Uint8Array, void, void> {
  let clock = setTimeout(onSilence, SILENT_MS_MAX);
  try {
    for await (const chunk of bytes) {
      clearTimeout(clock);
      yield chunk;
      clock = setTimeout(onSilence, SILENT_MS_MAX);
    }
  } finally {
    clearTimeout(clock);
  }
}
