/**
 * What the coordinator does for the outside, and all that the HTTP and socket adapters know of it.
 * Expected failures are thrown as `GridError`; a promise of a change resolves once the change is durable.
 */
import type { JobEvent, JobSnapshot } from "@valence/shared/job-event";
import type { JobState } from "@valence/shared/job-state";
import type {
  AtomView,
  DeadLetterView,
  ExplainView,
  JobSummary,
  JobView,
  StatsView,
  Uploaded,
  UploadView,
  VolunteerView,
} from "@valence/shared/job-view";
import type { Down } from "@valence/shared/protocol/down";
import type { Up } from "@valence/shared/protocol/up";

/** Who asks: the holder of a token (its fingerprint), or nobody in particular. */
export type Caller = { readonly owner: string | null; readonly admin: boolean };

export type Page<T> = {
  readonly items: T[];
  /** Pass as `before`; null on the last page. */
  readonly next: string | null;
};

/** What a stream of events is made of. */
export type EventFrame =
  /** At least one; each follows on the one before, here and from frame to frame. */
  | { readonly type: "events"; readonly events: readonly JobEvent[] }
  /** The events up to `number` are not kept any more, or never were: this is what became of the job by them. */
  | ({ readonly type: "reset" } & JobSnapshot)
  /** The last frame: the job has ended, and `number` is its newest event. */
  | ({ readonly type: "end" } & JobSnapshot);

export type EventStream = {
  /** The job has ended, and the reader knows all its events: only the frame `end` will come. */
  readonly over: boolean;
  /** Pulled: what is not asked for is not read. */
  readonly frames: AsyncIterable<EventFrame>;
};

/** What those who follow the list of jobs are told. */
export type JobsFrame =
  /** The list anew: the first frame, and again when too much was missed. */
  | ({ readonly type: "reset" } & Page<JobSummary>)
  /** What each of these jobs is now, those that were not listed before included; and which are gone. */
  | { readonly type: "changes"; readonly changed: readonly JobSummary[]; readonly deleted: readonly string[] };

export interface JobsApi {
  /** `created` is false when the same bytes were published before. */
  publish(source: Uint8Array, caller: Caller): Promise<{ id: string; name: string; created: boolean }>;
  atoms(query: { before?: string | undefined; limit: number }): Promise<Page<AtomView>>;
  /** By name (its newest version) or full id. */
  atom(id: string): Promise<AtomView>;
  atomSource(id: string): Promise<Uint8Array>;

  /** Takes lines as they come, no faster than they are stored; nothing is kept unless the iteration comes to its end. */
  upload(lines: AsyncIterable<Uint8Array>, caller: Caller): Promise<Uploaded>;
  /** The caller's own; the operator's are all. */
  uploads(query: { before?: string | undefined; limit: number }, caller: Caller): Promise<Page<UploadView>>;
  uploadView(id: string, caller: Caller): Promise<UploadView>;
  /** Only one that no job uses. */
  deleteUpload(id: string, caller: Caller): Promise<void>;

  /**
   * `body` is parsed JSON that nobody has checked yet. With a key a request makes one job, however often it is repeated:
   * `replayed` says that it had made it before.
   */
  submit(body: unknown, caller: Caller, key: string | null): Promise<{ job: JobView; replayed: boolean }>;
  jobs(
    query: {
      state?: JobState | undefined;
      atom?: string | undefined;
      name?: string | undefined;
      before?: string | undefined;
      limit: number;
    },
    caller: Caller,
  ): Promise<Page<JobView>>;
  job(id: string, caller: Caller): Promise<JobView>;
  pause(id: string, caller: Caller): Promise<JobView>;
  resume(id: string, caller: Caller): Promise<JobView>;
  cancel(id: string, caller: Caller): Promise<JobView>;
  /** Dead letters become ready again: one electron, or all. */
  retry(id: string, electron: number | null, caller: Caller): Promise<JobView>;
  /** Only an ended job. */
  delete(id: string, caller: Caller): Promise<void>;
  /**
   * Kept results as lines of JSON (`PropertiesView`), some 64 KiB at a time, so that a slow reader holds nothing. In the order of
   * items once the job has ended; with `follow` in the order of commits, and the iteration waits for more until the job ends.
   * `after` is a line's cursor.
   */
  results(
    id: string,
    query: { from?: number | undefined; to?: number | undefined; follow: boolean; after?: string | undefined },
    caller: Caller,
    signal: AbortSignal,
  ): Promise<AsyncIterable<string>>;
  /**
   * What has happened to the job after event `since` (0 for all), then what comes, until the job has ended. To the owner alone it
   * says why electrons failed and who steered the job. Fails in the middle when the job is deleted, or the coordinator stops.
   */
  events(id: string, query: { since: number }, caller: Caller, signal: AbortSignal): Promise<EventStream>;
  /** Those of electrons above `after`, which is −1 for all. */
  deadLetters(id: string, query: { after: number; limit: number }, caller: Caller): Promise<Page<DeadLetterView>>;

  /** Why nothing, or so little, of the job is running. */
  explain(id: string, caller: Caller): Promise<ExplainView>;
  /** Calls back with the present view and then with the latest one after changes, at most 4 a second; returns the way out. */
  watch(id: string, caller: Caller, onView: (view: JobView) => void): Promise<() => void>;
  /** The newest jobs that the caller may see, then which were added, changed or deleted, at most once a second. */
  watchJobs(caller: Caller, signal: AbortSignal): AsyncIterable<JobsFrame>;
  volunteers(): VolunteerView[];
  /** The goodbye of a volunteer's session, whose id only its volunteer knows. Nothing for one that is gone. */
  part(session: string): void;
  stats(): StatsView;
  /** Null when all is well, else a sentence that says why work is not taken. */
  unready(): string | null;
}

/** One proven volunteer session on one link. */
export interface VolunteerLink {
  receive(message: Up): void;
  /** Any sign of life. */
  heard(): void;
  /** The socket closed: the session's leases stay in a grace. */
  cut(): void;
}

export type Hello = {
  readonly session: string;
  /** Public key, in hexadecimal. */
  readonly identity: string;
  readonly slots: number;
  readonly agent: string;
  /** The fingerprint of the token it showed, or null. */
  readonly owner: string | null;
};

/** The way to a volunteer. */
export interface Link {
  send(batch: readonly Down[]): void;
  /** Resolves once all that was sent has left this process, or never will. */
  sent(): Promise<void>;
  close(why: "taken" | "silent"): void;
}

export interface VolunteersApi {
  /**
   * `send` gets everything for this session in order, a batch at a time; `sent` resolves once that has left. `close` ends the link: `taken`, another one has the
   * session now; `silent`, it gave no sign of life. The session is then none of the link's any more. Throws `session_in_use` when another identity holds the session, `draining` when the coordinator is about to stop. The adapter sends `welcome`, before
   * what `join` sends, and does not call `cut` after `close`.
   */
  join(hello: Hello, link: Link): VolunteerLink;
}
