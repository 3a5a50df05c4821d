/**
 * What the core sends, on its way to the links of the sessions: in order, a batch for each turn of the event loop, and at most so
 * many of them in one turn as leave room for others. A grant whose payloads must be read first goes when they are there, and what
 * comes after it waits behind it. Reads for one link no faster than the link takes what was read: a volunteer that asks for much and
 * reads nothing fills nobody's memory.
 */
import { performance } from "node:perf_hooks";
import type { Down } from "@valence/shared/protocol/down";
import type { Link } from "../api.js";
import type { Outgoing } from "../core/effects.js";
import type { Log } from "../log.js";

/** Reads the payloads of a grant: at once where they are at hand. */
export type ReadPayloads = () => Uint8Array | Promise<Uint8Array>;

/** Payloads that may be under way to one link before it is looked whether they have left. */
export const UNSENT_BYTES_MAX = 1024 * 1024;

/** After that long the rest is left to the next turn: every link costs a call of the system, and a thousand may be told at once. */
export const FLUSH_MS = 5;

type Parcel = { readonly message: Outgoing; readonly read: ReadPayloads | null };

export class Post {
  readonly #log: Log;
  readonly #links = new Map<string, Link>();
  /** Of this turn, by session, and what earlier turns had no time for. */
  readonly #outgoing = new Map<string, Parcel[]>();
  /** What waits for payloads, and what waits behind it. */
  readonly #queues = new Map<Link, Parcel[]>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** The session's messages go to this link from now on; an older one is closed. */
  attach(session: string, link: Link): void {
    this.#outgoing.delete(session);
    const older = this.#links.get(session);
    this.#links.set(session, link);
    older?.close("taken");
  }

  attached(session: string, link: Link): boolean {
    return this.#links.get(session) === link;
  }

  /** The link hears nothing more; another one that has taken its place stays. */
  detach(session: string, link: Link): boolean {
    return this.#links.get(session) === link && this.#links.delete(session);
  }

  closeSilent(session: string): void {
    const link = this.#links.get(session);
    this.#links.delete(session);
    link?.close("silent");
  }

  /** @param read null for all but a grant of a list */
  put(session: string, message: Outgoing, read: ReadPayloads | null): void {
    const link = this.#links.get(session);
    if (!link) return;
    if (this.#outgoing.size === 0) this.#flushSoon();
    const parcels = this.#outgoing.get(session) ?? [];
    this.#outgoing.set(session, parcels);
    // The first of a link begins at once: the store reads it before what this turn commits, and not behind an fsync.
    const begins = read !== null && !this.#queues.has(link) && parcels.every((parcel) => parcel.read === null);
    parcels.push({ message, read: begins ? begun(read) : read });
  }

  /** Sends all that is left, whatever time it takes. */
  end(): void {
    for (const [session, parcels] of this.#outgoing) this.#dispatch(session, parcels);
    this.#outgoing.clear();
  }

  #flush(): void {
    const late = performance.now() + FLUSH_MS;
    for (const [session, parcels] of this.#outgoing) {
      if (performance.now() >= late) {
        this.#flushSoon();
        return;
      }
      this.#outgoing.delete(session);
      this.#dispatch(session, parcels);
    }
  }

  #flushSoon(): void {
    setImmediate(() => this.#flush());
  }

  #dispatch(session: string, parcels: Parcel[]): void {
    const link = this.#links.get(session);
    if (!link) return;
    const queue = this.#queues.get(link);
    if (queue) queue.push(...parcels);
    else void this.#deliver(session, link, parcels);
  }

  /** Sends the queue to its end, what is added meanwhile too; gives it up when the link is let go. Rejects never. */
  async #deliver(session: string, link: Link, queue: Parcel[]): Promise<void> {
    this.#queues.set(link, queue);
    let batch: Down[] = [];
    let unsentBytes = 0;
    const send = () => {
      if (batch.length > 0) link.send(batch);
      batch = [];
    };
    while (queue.length > 0 && this.attached(session, link)) {
      const { message, read } = queue[0] as Parcel; // there is one
      if (read === null) batch.push(withPayloads(message));
      else {
        if (unsentBytes >= UNSENT_BYTES_MAX) {
          send();
          await link.sent();
          unsentBytes = 0;
        }
        let payloads = this.#payloads(message, read);
        if (payloads instanceof Promise) {
          send();
          payloads = await payloads;
        }
        unsentBytes += payloads?.length ?? 0;
        if (payloads) batch.push(withPayloads(message, payloads));
      }
      queue.shift();
    }
    this.#queues.delete(link);
    if (this.attached(session, link)) send();
  }

  /** Null when the store cannot read them: the lease is not begun, and goes to somebody when its time is over. */
  #payloads(message: Outgoing, read: ReadPayloads): Uint8Array | null | Promise<Uint8Array | null> {
    const unreadable = (error: unknown) => {
      this.#log.error("payloads_unreadable", { job: "job" in message ? message.job : null, error });
      return null;
    };
    try {
      const payloads = read();
      return payloads instanceof Uint8Array ? payloads : payloads.catch(unreadable);
    } catch (error) {
      return unreadable(error);
    }
  }
}

/** The same, under way already. */
function begun(read: ReadPayloads): ReadPayloads {
  try {
    const payloads = read();
    if (payloads instanceof Promise) payloads.catch(() => {}); // told when it is asked for
    return () => payloads;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function withPayloads(message: Outgoing, payloads: Uint8Array | null = null): Down {
  return message.type === "grant" ? { ...message, payloads: payloads as Uint8Array<ArrayBuffer> | null } : message;
}
