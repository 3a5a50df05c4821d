/** What was reported and is not yet acknowledged as durable, so that a broken link loses nothing. Knows no socket. */
import type { Up } from "../protocol/up.js";

/** The one message that must not be lost: all others are said anew, or nobody misses them. */
export type Report = Extract<Up, { type: "report" }>;

/** Above this the volunteer computes nothing more until the coordinator has caught up. */
export const OUTBOX_BYTES_MAX = 16 * 1024 * 1024;

/** What an entry counts beside its bytes, so that very many tiny reports are bounded, too. */
const ENTRY_BYTES = 256;

type Entry = { report: Report; job: string; end: number; bytes: number };

/** It refuses nothing at OUTBOX_BYTES_MAX: what was computed is kept, and `full` stops further work instead. */
export class Outbox {
  /** In the order of sending. */
  #entries: Entry[] = [];
  #bytes = 0;

  get full(): boolean {
    return this.#bytes >= OUTBOX_BYTES_MAX;
  }

  get empty(): boolean {
    return this.#entries.length === 0;
  }

  /** Everything unacknowledged, oldest first: what a new link repeats. */
  reports(): Report[] {
    return this.#entries.map((entry) => entry.report);
  }

  add(report: Report, job: string): void {
    let end = report.first + (report.failure ? 1 : 0);
    let bytes = ENTRY_BYTES;
    for (const part of report.parts) {
      end += part.count;
      bytes += part.values.length + part.micros.length;
    }
    this.#entries.push({ report, job, end, bytes });
    this.#bytes += bytes;
  }

  /** Everything of the lease before electron `reported` is durable. */
  acknowledge(lease: number, reported: number): void {
    this.#drop((entry) => entry.report.lease === lease && entry.end <= reported);
  }

  /** The coordinator wants nothing more of the lease. */
  forget(lease: number): void {
    this.#drop((entry) => entry.report.lease === lease);
  }

  /** The job has ended, and with it the use of its outcomes. */
  forgetJob(job: string): void {
    this.#drop((entry) => entry.job === job);
  }

  #drop(gone: (entry: Entry) => boolean): void {
    const kept = this.#entries.filter((entry) => !gone(entry));
    this.#entries = kept;
    this.#bytes = kept.reduce((sum, entry) => sum + entry.bytes, 0);
  }
}
