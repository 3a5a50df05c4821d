/**
 * Sends views of jobs to one watcher. While its connection is still busy with the last one, only the latest view of each job
 * is kept, and goes out when the connection is free: the view in which a job ends is never lost, and nothing queues up.
 */
import type { JobView } from "@valence/shared/job-view";
import type { Socket } from "socket.io";

export class LatestViews {
  readonly #socket: Socket;
  readonly #waiting = new Map<string, JobView>();

  constructor(socket: Socket) {
    this.#socket = socket;
    // There is only WebSocket, so the transport is never exchanged for another.
    socket.conn.transport.on("ready", this.#flush);
  }

  show(view: JobView): void {
    this.#waiting.set(view.id, view);
    this.#flush();
  }

  forget(job: string): void {
    this.#waiting.delete(job);
  }

  stop(): void {
    this.#waiting.clear();
    this.#socket.conn.transport.off("ready", this.#flush);
  }

  readonly #flush = (): void => {
    for (const [job, view] of this.#waiting) {
      if (!this.#socket.conn.transport.writable) return;
      this.#waiting.delete(job);
      this.#socket.emit("view", view);
    }
  };
}
