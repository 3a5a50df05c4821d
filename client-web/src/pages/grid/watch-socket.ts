/** The connection to `/watch`: one for all that this page follows, open while it follows anything. Knows nothing of HTTP. */
import { effect, untracked } from "@preact/signals";
import type { JobView } from "@valence/shared/job-view";
import { RECONNECT_MAX_MS, RECONNECT_MIN_MS } from "@valence/shared/reconnect";
import { io, type Socket } from "socket.io-client";
import { isJobView, isListMessage, type ListMessage } from "./checks.js";
import { token } from "./token.js";

/** Who follows a job. */
export type Follower = {
  onView(view: JobView): void;
  /** Whether views come by themselves from now on. */
  onLive(live: boolean): void;
};

/** Who follows the list of jobs. */
export type ListFollower = {
  onMessage(message: ListMessage): void;
  onLive(live: boolean): void;
};

/** After a coordinator that stops has sent its watchers away, they come back spread over so long. */
const SENT_AWAY_MS = 2_000;

const followers = new Map<string, Set<Follower>>();
/** One at a time: there is one list on a page. */
let listFollower: ListFollower | null = null;
let socket: Socket | null = null;
/** What was subscribed to with another token than the one that is held, until the subscription with this one is answered: what comes of it may not be for it. */
const doubtful = new Set<string>();
/** Among the ids of jobs: none is empty. */
const THE_LIST = "";

/** Calls back until the returned function is called. */
export function followList(follower: ListFollower): () => void {
  listFollower = follower;
  socket ??= opened();
  subscribeList();
  return () => {
    if (listFollower !== follower) return;
    listFollower = null;
    leave({ jobs: true });
  };
}

/** Calls back until the returned function is called. */
export function followJob(job: string, follower: Follower): () => void {
  const others = followers.get(job) ?? new Set();
  followers.set(job, others.add(follower));
  socket ??= opened();
  subscribe(job);
  return () => {
    others.delete(follower);
    if (others.size > 0) return;
    followers.delete(job);
    leave({ job });
  };
}

function leave(what: { job: string } | { jobs: true }): void {
  // Only when connected: Socket.IO would keep it and send it later.
  if (socket?.connected) socket.emit("unsubscribe", what, () => {});
  // The next page may follow something in a moment: the connection waits for that.
  setTimeout(closeIfIdle, 1_000);
}

function closeIfIdle(): void {
  if (followers.size > 0 || listFollower !== null) return;
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
  link.on("jobs", (message: unknown) => {
    if (isListMessage(message) && !doubtful.has(THE_LIST)) listFollower?.onMessage(message);
  });
  link.on("disconnect", (reason) => {
    doubtful.clear(); // and all subscriptions with it
    for (const all of followers.values()) for (const follower of all) follower.onLive(false);
    listFollower?.onLive(false);
    // Sent away, as by a coordinator that stops: here Socket.IO does not come back by itself.
    if (reason === "io server disconnect")
      setTimeout(() => link === socket && link.connect(), Math.random() * SENT_AWAY_MS);
  });
  return link;
}

function subscribeAll(): void {
  for (const job of followers.keys()) subscribe(job);
  subscribeList();
}

function subscribeList(): void {
  if (!socket?.connected || listFollower === null) return;
  const follower = listFollower;
  const held = token.peek();
  socket.emit("subscribe", { jobs: true, ...shown(held) }, (answer: unknown) => {
    if (token.peek() !== held) return; // asked again with the other one
    doubtful.delete(THE_LIST);
    follower.onLive(answer === null);
  });
}

function subscribe(job: string): void {
  if (!socket?.connected) return;
  const held = token.peek();
  socket.emit("subscribe", { job, ...shown(held) }, (answer: unknown) => {
    if (token.peek() !== held) return; // asked again with the other one
    doubtful.delete(job);
    // A refusal is left to the follower's own request over HTTP, which says what is wrong.
    for (const follower of followers.get(job) ?? []) follower.onLive(isJobView(answer));
    receive(answer);
  });
}

function shown(held: string | null): { token?: string } {
  return held === null ? {} : { token: held };
}

function receive(message: unknown): void {
  if (!isJobView(message) || doubtful.has(message.id)) return;
  for (const follower of followers.get(message.id) ?? []) follower.onView(message);
}

/** What a token shows, another one may not. */
effect(() => {
  token.value;
  untracked(() => {
    if (socket?.connected) for (const key of [...followers.keys(), THE_LIST]) doubtful.add(key);
    subscribeAll();
  });
});
