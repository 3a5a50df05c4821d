/**
 * Connections to `/watch`, shared by all who follow jobs of one grid. One that nobody needs stays for a moment, for who has one
 * answer often asks the next question; it keeps no process from ending.
 */
import { SUBSCRIPTIONS_MAX } from "@valence/shared/limits";
import type { Follower, WatchSocket } from "./watch-socket.js";

const LINGER_MS = 5_000;

/** One connection for each SUBSCRIPTIONS_MAX jobs; throws no refusal, since a follower's own request will say it. */
export class WatchSockets {
  readonly #url: string;
  readonly #token: string | null;
  #sockets: WatchSocket[] = [];
  readonly #lingering = new Map<WatchSocket, NodeJS.Timeout>();

  constructor(url: string, token: string | null) {
    this.#url = url;
    this.#token = token;
  }

  /** Whether one stands that has room for a job more. */
  get connected(): boolean {
    return this.#sockets.some((each) => each.connected && each.size < SUBSCRIPTIONS_MAX);
  }

  /** Calls back until the function that it resolves to is called. */
  async follow(job: string, follower: Follower): Promise<() => void> {
    const { WatchSocket } = await import("./watch-socket.js"); // Only now: most commands and programs follow nothing.
    const fitting =
      this.#sockets.find((each) => each.has(job)) ?? this.#sockets.find((each) => each.size < SUBSCRIPTIONS_MAX);
    const socket = fitting ?? new WatchSocket(this.#url, this.#token);
    if (fitting === undefined) this.#sockets.push(socket);
    clearTimeout(this.#lingering.get(socket));
    socket.add(job, follower);
    return () => {
      socket.remove(job, follower);
      if (socket.size === 0) this.#linger(socket);
    };
  }

  #linger(socket: WatchSocket): void {
    clearTimeout(this.#lingering.get(socket));
    const close = () => {
      this.#lingering.delete(socket);
      this.#sockets = this.#sockets.filter((each) => each !== socket);
      socket.close();
    };
    this.#lingering.set(socket, setTimeout(close, LINGER_MS).unref());
  }
}
