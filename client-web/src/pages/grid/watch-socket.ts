/** The connection to `/watch`: one for all that this page follows, open while it follows anything. Knows nothing of HTTP. */
import { effect, untracked } from "@preact/signals";
import type { JobView } from "@valence/shared/job-view";
import { RECONNECT_MAX_MS, RECONNECT_MIN_MS } from "@valence/shared/reconnect";
import { io, type Socket } from "socket.io-client";
import { isJobView } from "./checks.js";
import { token } from "./token.js";

/** Who follows a job. */
export type Follower = {
  onView(view: JobView): void;
  /** Whether views come by themselves from now on. */
  onLive(live: boolean): void;
};

/** After a coordinator that stops has sent its watchers away, they come back spread over so long. */
const SENT_AWAY_MS = 2_000;

const followers = new Map<string, Set<Follower>>();
let socket: Socket | null = null;

/** Calls back until the returned function is called. A socket follows at most SUBSCRIPTIONS_MAX jobs; the caller keeps to that. */
export function followJob(job: string, follower: Follower): () => void {
  const others = followers.get(job) ?? new Set();
  followers.set(job, others.add(follower));
  socket ??= opened();
  subscribe(job);
  return () => leave(job, follower);
}

function leave(job: string, follower: Follower): void {
  const others = followers.get(job);
  others?.delete(follower);
  if (others?.size !== 0) return;
  followers.delete(job);
  // Only when connected: Socket.IO would keep it and send it later.
  if (socket?.connected) socket.emit("unsubscribe", { job }, () => {});
  // The next page may follow something in a moment: the connection waits for that.
  setTimeout(closeIfIdle, 1_000);
}

function closeIfIdle(): void {
  if (followers.size > 0) return;
  socket?.disconnect();
  socket = null;
}

function opened(): Socket {
  const link = io("/watch", {
    transports: ["websocket"],
    forceNew: true, // what computes in this tab has a connection of its own
    reconnectionDelay: RECONNECT_MIN_MS,
    reconnectionDelayMax: RECONNECT_MAX_MS,
    randomizationFactor: 1,
  });
  link.on("connect", subscribeAll);
  link.on("view", receive);
  link.on("disconnect", (reason) => {
    for (const all of followers.values()) for (const follower of all) follower.onLive(false);
    // Sent away, as by a coordinator that stops: here Socket.IO does not come back by itself.
    if (reason === "io server disconnect")
      setTimeout(() => link === socket && link.connect(), Math.random() * SENT_AWAY_MS);
  });
  return link;
}

function subscribeAll(): void {
  for (const job of followers.keys()) subscribe(job);
}

function subscribe(job: string): void {
  if (!socket?.connected) return;
  const shown = token.peek();
  socket.emit("subscribe", shown === null ? { job } : { job, token: shown }, (answer: unknown) => {
    // A refusal is left to the follower's own request over HTTP, which says what is wrong.
    for (const follower of followers.get(job) ?? []) follower.onLive(isJobView(answer));
    receive(answer);
  });
}

function receive(message: unknown): void {
  if (!isJobView(message)) return;
  for (const follower of followers.get(message.id) ?? []) follower.onView(message);
}

/** What a token shows, another one may not. */
effect(() => {
  token.value;
  untracked(subscribeAll);
});
