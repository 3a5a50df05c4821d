/**
 * Uploads from request to deletion: lists that come before their jobs. What is sent is committed as it comes, a piece at a time,
 * and seen once it is whole. An upload stays while a job uses it, an ended one too, since that may be retried; it goes with the
 * last job that used it, or after 7 days without any.
 */
import { type ErrorCode, GridError } from "@valence/shared/errors";
import type { Uploaded, UploadView } from "@valence/shared/job-view";
import { UPLOAD_ID_LENGTH_MAX } from "@valence/shared/limits";
import type { Caller, Page } from "../api.js";
import type { UploadRow, Write } from "../core/writes.js";
import { PLACE_RETRY_MS } from "../rate.js";
import type { Store, UploadEntry } from "../store/store.js";
import type { LineReading, UploadReader } from "../uploads/upload-reader.js";
import { asAnswer, askedOf } from "./asked-of-store.js";
import { freshId } from "./fresh-id.js";
import { PageWriting } from "./page-writing.js";
import { iso } from "./views.js";

/** Uploads under way, of all tokens together: each holds some 3 MiB. */
export const UPLOADS_OPEN_MAX = 8;
/** Of these, uploads of one token: an upload may take hours, and whoever sends slowly would otherwise keep all others out. */
export const UPLOADS_OPEN_PER_TOKEN_MAX = 4;
/** How long an upload waits for its first job. */
export const UNUSED_KEPT_MS = 7 * 24 * 60 * 60 * 1000;
/** Uploads that one sweep discards. */
const SWEPT_MAX = 100;

export class Uploads {
  readonly #store: Store;
  readonly #reader: UploadReader;
  /** Under way. */
  readonly #open = new Set<UploadRow>();
  /** By upload, how many submits are about to use it. */
  readonly #held = new Map<string, number>();
  /** Given up, and not yet forgotten by the store: its disk was full. */
  readonly #leftovers = new Set<string>();

  constructor(store: Store, reader: UploadReader) {
    this.#store = store;
    this.#reader = reader;
  }

  /**
   * Reads no faster than the store writes. Nothing is kept unless it comes to its end.
   *
   * @throws GridError as `PageMaker`, `too_many_requests`, `overloaded`, `storage_full`; or what the iteration throws
   */
  async take(chunks: AsyncIterable<Uint8Array>, caller: Caller): Promise<Uploaded> {
    const owner = ownerOf(caller);
    this.#refuseTooMany(owner);
    const createdAt = Date.now();
    const upload: UploadRow = { id: freshId(createdAt), owner, createdAt };
    const lines = this.#reader.lines();
    const writing = new PageWriting(this.#store, upload);
    this.#open.add(upload);
    try {
      return await written(chunks, lines, writing);
    } catch (error) {
      this.#leftovers.add(upload.id);
      await writing.settled();
      await this.#forgetLeftovers().catch(() => {}); // the next sweep tries again
      throw asAnswer(error);
    } finally {
      this.#open.delete(upload);
      lines.drop();
    }
  }

  async page(query: { before?: string | undefined; limit: number }, caller: Caller): Promise<Page<UploadView>> {
    const owner = caller.admin ? undefined : ownerOf(caller);
    const entries = await this.#store.uploads({ ...query, owner });
    return { items: entries.map(viewOf), next: entries.length < query.limit ? null : (entries.at(-1)?.id ?? null) };
  }

  async view(id: string, caller: Caller): Promise<UploadView> {
    return viewOf(await this.#find(id, caller));
  }

  /** @throws GridError `upload_in_use`, `unknown_upload`, `storage_full` */
  async delete(id: string, caller: Caller): Promise<void> {
    const { jobs } = await this.#find(id, caller);
    if (jobs > 0 || this.#held.has(id)) throw inUse(id);
    await askedOf(this.#store.commit([{ type: "discard", upload: id }]));
    // A job may have come between the look and the commit, and then nothing was discarded.
    if (await this.#store.upload(id)) throw inUse(id);
  }

  /** Keeps an upload of this caller while `use` makes a job of it. @throws GridError `unknown_upload`, or what `use` throws */
  async hold<T>(id: string, caller: Caller, use: (upload: UploadEntry) => Promise<T>): Promise<T> {
    this.#held.set(id, (this.#held.get(id) ?? 0) + 1);
    try {
      return await use(await this.#find(id, caller));
    } finally {
      const left = (this.#held.get(id) ?? 1) - 1;
      if (left > 0) this.#held.set(id, left);
      else this.#held.delete(id);
    }
  }

  /** What is to be written with the deletion of a job: the upload goes with the last one that uses it. */
  release(upload: string | null): Write[] {
    return upload === null || this.#held.has(upload) ? [] : [{ type: "discard", upload }];
  }

  /** Discards what no job has used for too long, and what is left of uploads that were given up. */
  async sweep(): Promise<void> {
    await this.#forgetLeftovers();
    const unused = await this.#store.unusedUploads({ before: Date.now() - UNUSED_KEPT_MS, limit: SWEPT_MAX });
    await this.#store.commit(unused.flatMap((id) => this.release(id)));
  }

  #refuseTooMany(owner: string): void {
    const own = [...this.#open].filter((upload) => upload.owner === owner).length;
    if (own >= UPLOADS_OPEN_PER_TOKEN_MAX) {
      const limit = { limit: "UPLOADS_OPEN_PER_TOKEN_MAX", max: UPLOADS_OPEN_PER_TOKEN_MAX };
      throw tooMany("too_many_requests", "uploads of this token", limit);
    }
    if (this.#open.size < UPLOADS_OPEN_MAX) return;
    throw tooMany("overloaded", "uploads", { limit: "UPLOADS_OPEN_MAX", max: UPLOADS_OPEN_MAX });
  }

  async #forgetLeftovers(): Promise<void> {
    const leftovers = [...this.#leftovers];
    await this.#store.commit(leftovers.map((upload) => ({ type: "discard", upload })));
    for (const id of leftovers) this.#leftovers.delete(id);
  }

  /** Another token's upload is as none. */
  async #find(id: string, caller: Caller): Promise<UploadEntry> {
    const owner = ownerOf(caller);
    const entry = await this.#store.upload(id);
    if (entry && (caller.admin || entry.owner === owner)) return entry;
    throw new GridError("unknown_upload", `There is no upload ${JSON.stringify(id.slice(0, UPLOAD_ID_LENGTH_MAX))}.`);
  }
}

/** From the first chunk to the last commit. */
async function written(chunks: AsyncIterable<Uint8Array>, lines: LineReading, writing: PageWriting): Promise<Uploaded> {
  for await (const chunk of chunks) await writing.put(await lines.add(chunk));
  const { pages, ...size } = await lines.end();
  await writing.put(pages);
  return writing.end(size);
}

function viewOf({ id, items, bytes, jobs, createdAt }: UploadEntry): UploadView {
  const expiresAt = jobs > 0 ? null : iso(createdAt + UNUSED_KEPT_MS);
  return { id, items, bytes, jobs, createdAt: iso(createdAt), expiresAt };
}

/** @throws GridError `unauthorized` */
function ownerOf({ owner }: Caller): string {
  if (owner === null) throw new GridError("unauthorized", "this needs the token of the upload's owner.");
  return owner;
}

function tooMany(code: ErrorCode, what: string, { limit, max }: { limit: string; max: number }): GridError {
  const message = `${max} ${what} are under way (${limit}): send this one when one has ended.`;
  return new GridError(code, message, { details: { limit, max, retryAfterMs: PLACE_RETRY_MS } });
}

function inUse(id: string): GridError {
  return new GridError(
    "upload_in_use",
    `jobs use the upload ${id}: delete them first; with the last one it goes, too.`,
  );
}
