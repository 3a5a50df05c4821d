/** One connection to `/watch`, and who follows which jobs on it. Knows nothing of HTTP. */
import { type JobView, jobView } from "@valence/shared/job-view";
import { PROTOCOL_VERSION } from "@valence/shared/protocol/fields";
import { io, type Socket } from "socket.io-client";

/** Who follows a job. */
export type Follower = {
  onView(view: JobView): void;
  /** Whether views come by themselves from now on. */
  onLive(live: boolean): void;
};

/** Opened as it is made; comes back by itself until it is closed. */
export class WatchSocket {
  readonly #socket: Socket;
  readonly #token: string | null;
  readonly #followers = new Map<string, Set<Follower>>();

  constructor(url: string, token: string | null) {
    this.#token = token;
    const { origin, pathname } = new URL(url);
    this.#socket = io(`${origin}/watch`, {
      path: `${pathname.replace(/\/$/, "")}/socket.io`,
      transports: ["websocket"],
      forceNew: true,
      auth: { version: PROTOCOL_VERSION },
      reconnectionDelay: 200,
      reconnectionDelayMax: 5_000,
      randomizationFactor: 1,
      autoUnref: true, // Who follows a job waits with a timer of its own; nothing else needs the connection.
    });
    this.#socket.on("connect", () => this.#subscribeAll());
    this.#socket.on("disconnect", (reason) => this.#cut(reason));
    this.#socket.on("view", (view: unknown) => this.#receive(view));
  }

  get connected(): boolean {
    return this.#socket.connected;
  }

  get size(): number {
    return this.#followers.size;
  }

  has(job: string): boolean {
    return this.#followers.has(job);
  }

  /** A second follower subscribes again, and so has a view of now. */
  add(job: string, follower: Follower): void {
    const followers = this.#followers.get(job) ?? new Set();
    this.#followers.set(job, followers.add(follower));
    this.#subscribe(job);
  }

  remove(job: string, follower: Follower): void {
    const followers = this.#followers.get(job);
    followers?.delete(follower);
    if (followers?.size !== 0) return;
    this.#followers.delete(job);
    // Only when connected: Socket.IO would keep it and send it later.
    if (this.#socket.connected) this.#socket.emit("unsubscribe", { job }, () => {});
  }

  close(): void {
    this.#socket.disconnect();
  }

  #subscribeAll(): void {
    for (const job of this.#followers.keys()) this.#subscribe(job);
  }

  #subscribe(job: string): void {
    if (!this.#socket.connected) return;
    const body = this.#token === null ? { job } : { job, token: this.#token };
    this.#socket.emit("subscribe", body, (answer: unknown) => {
      const isLive = this.#receive(answer);
      // A refusal is left to the follower's own HTTP request, which says what is wrong.
      for (const follower of this.#followers.get(job) ?? []) follower.onLive(isLive);
    });
  }

  /** Whether it is a view. */
  #receive(message: unknown): boolean {
    const { success, data } = jobView.safeParse(message);
    if (success) for (const follower of this.#followers.get(data.id) ?? []) follower.onView(data);
    return success;
  }

  #cut(reason: Socket.DisconnectReason): void {
    for (const followers of this.#followers.values()) for (const follower of followers) follower.onLive(false);
    // Sent away, as by a coordinator that stops: here Socket.IO does not come back by itself.
    if (reason === "io server disconnect") setTimeout(() => this.#comeBack(), Math.random() * 2_000).unref();
  }

  #comeBack(): void {
    if (this.size > 0) this.#socket.connect();
  }
}
