/**
 * The events of a job as a stream of frames that is pulled: what is kept after the number that a reader names, then what comes, then
 * the end. Who is too late, or names what never was, gets the job as it is now and what follows. Nothing queues for anyone.
 */
import type { JobEvent } from "@valence/shared/job-event";
import { hasEnded } from "@valence/shared/job-state";
import type { EventFrame, EventStream } from "../api.js";
import type { EventRow } from "../core/writes.js";
import type { Store } from "../store/store.js";
import type { Found } from "./jobs.js";
import { iso } from "./views.js";

/** An event is up to 5 KiB, and a frame is what a slow reader is ahead of its socket. */
export const FRAME_EVENTS_MAX = 100;

export type EventsSource = {
  readonly job: string;
  readonly store: Pick<Store, "events">;
  /** Whether the reader may see what is the owner's alone. */
  readonly owned: boolean;
  /** @throws GridError `unknown_job` once the job is deleted, `draining` */
  readonly find: () => Promise<Found>;
  /** Waits until more of the job is shown than was found, or the reader has gone. */
  readonly more: (found: Found) => Promise<unknown>;
};

/** @throws GridError as the source does, here and in the middle of the stream */
export async function eventStream(source: EventsSource, since: number, signal: AbortSignal): Promise<EventStream> {
  return { over: isOver(await source.find(), since), frames: framesAfter(source, since, signal) };
}

async function* framesAfter(source: EventsSource, since: number, signal: AbortSignal): AsyncGenerator<EventFrame> {
  let at = since;
  for (;;) {
    const found = await source.find();
    if (signal.aborted) return;
    const newest = found.newest();
    if (isOver(found, at)) {
      yield { type: "end", number: at, view: found.view() };
      return;
    }
    if (at === newest) {
      await source.more(found);
      continue;
    }
    const frame = (at < newest && (await kept(source, at, newest))) || (await reset(source));
    yield frame;
    at = frame.type === "events" ? (frame.events.at(-1)?.number ?? at) : frame.number;
  }
}

/** The job has ended, and its reader has heard of it. A retry gives it more events. */
function isOver({ status, newest }: Found, at: number): boolean {
  return hasEnded(status.state) && at === newest();
}

/** What follows event `at`, as far as it is shown; null when it is not kept any more. */
async function kept({ store, job, owned }: EventsSource, at: number, newest: number): Promise<EventFrame | null> {
  const rows = await store.events(job, { since: at, limit: Math.min(FRAME_EVENTS_MAX, newest - at) });
  if (rows[0]?.number !== at + 1) return null;
  return { type: "events", events: rows.map((row) => eventView(row, owned)) };
}

/** The view and its number belong together: nothing comes between them. */
async function reset({ find }: EventsSource): Promise<EventFrame> {
  const found = await find();
  return { type: "reset", number: found.newest(), view: found.view() };
}

/** An event as a reader sees it: its body is what the core has written. */
function eventView({ number, at, kind, body }: EventRow, owned: boolean): JobEvent {
  const details = JSON.parse(body);
  const event = { number, at: iso(at), kind };
  if (kind === "succeeded") return { ...event, kind, stopped: details.stopped === true };
  if (kind === "dead_letter") return { ...event, kind, letter: owned ? details : null };
  if (kind === "act") return { ...event, kind, electron: null, ...details, by: owned ? details.by : null };
  return { ...event, ...details };
}
