/**
 * Sends streams over one connection, a message at a time, whenever the connection is free: what is not sent yet was not read
 * either, so nothing queues. Knows nothing of jobs.
 */
import type { Socket } from "socket.io";

export class Outlet {
  readonly #socket: Socket;
  readonly #waiting = new Set<() => void>();

  constructor(socket: Socket) {
    this.#socket = socket;
    // There is only WebSocket, so the transport is never exchanged for another.
    socket.conn.transport.on("ready", this.#wake);
  }

  /** Sends each body under this name, until there are no more or the signal says so; the stream is closed either way. */
  async send(name: string, bodies: AsyncIterable<object>, signal: AbortSignal): Promise<void> {
    for await (const body of bodies) {
      while (!signal.aborted && !this.#socket.conn.transport.writable) await this.#freed();
      if (signal.aborted) return;
      this.#socket.emit(name, body);
    }
  }

  /** After the signals of all streams: those that wait look at theirs. */
  stop(): void {
    this.#socket.conn.transport.off("ready", this.#wake);
    this.#wake();
  }

  #freed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  readonly #wake = (): void => {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  };
}
