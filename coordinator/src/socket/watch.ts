/** The namespace `/watch`: who follows which job. A slow watcher gets the latest view when it can, and never a queue. */
import { GridError, overLimit } from "@valence/shared/errors";
import type { JobView } from "@valence/shared/job-view";
import { SUBSCRIPTIONS_MAX } from "@valence/shared/limits";
import { jobId } from "@valence/shared/protocol/fields";
import type { Namespace, Socket } from "socket.io";
import * as z from "zod";
import type { Caller, JobsApi } from "../api.js";
import type { Rate } from "../rate.js";
import { NOBODY, type Tokens } from "../tokens.js";
import { LatestViews } from "./latest-views.js";
import { brokenPacket, type Refusals, refusalOf } from "./refusals.js";

export type WatchOptions = {
  readonly api: Pick<JobsApi, "watch">;
  readonly tokens: Tokens;
  readonly refusals: Refusals;
  readonly subscribes: Rate;
};

type Acknowledge = (answer: unknown) => void;
type Subscription = { off: () => void };

const subscribe = z.strictObject({ job: jobId, token: z.string().min(1).max(256).nullish() });
const unsubscribe = z.strictObject({ job: jobId });

export function serveWatch(namespace: Namespace, options: WatchOptions): void {
  namespace.on("connection", (socket: Socket) => {
    const watcher = new Watcher(socket, options);
    socket.onAny((event: string, ...args: unknown[]) => void watcher.receive(event, args));
    socket.on("error", (error) => options.refusals.note(brokenPacket(error)));
    socket.on("disconnect", () => watcher.leave());
  });
}

class Watcher {
  readonly #socket: Socket;
  readonly #options: WatchOptions;
  readonly #views: LatestViews;
  readonly #subscriptions = new Map<string, Subscription>();

  constructor(socket: Socket, options: WatchOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#views = new LatestViews(socket);
  }

  /** `subscribe` and `unsubscribe`, each `(body, acknowledge)`; an acknowledgement is the view, or `{code, message}`. */
  async receive(event: string, [body, acknowledge, ...more]: readonly unknown[]): Promise<void> {
    const known = event === "subscribe" || event === "unsubscribe";
    if (!known || typeof acknowledge !== "function" || more.length > 0) return this.#refuse();
    const answer = acknowledge as Acknowledge;
    try {
      answer(event === "subscribe" ? await this.#subscribe(body) : this.#unsubscribe(body));
    } catch (error) {
      if (!(error instanceof GridError)) this.#options.refusals.note(error);
      const { code, message } = refusalOf(error);
      answer({ code, message });
    }
  }

  leave(): void {
    for (const job of [...this.#subscriptions.keys()]) this.#drop(job);
    this.#views.stop();
  }

  async #subscribe(body: unknown): Promise<JobView> {
    const { job, token } = parsed(subscribe, body);
    const caller = this.#callerOf(token ?? null);
    await this.#countVisit(caller);
    this.#drop(job);
    if (this.#subscriptions.size >= SUBSCRIPTIONS_MAX) {
      const details = { limit: "SUBSCRIPTIONS_MAX", max: SUBSCRIPTIONS_MAX, actual: SUBSCRIPTIONS_MAX + 1 };
      throw overLimit("invalid_request", `The socket would follow ${SUBSCRIPTIONS_MAX + 1} jobs`, details);
    }
    return this.#follow(job, caller);
  }

  /** Resolves to the first view; the later ones go out as they come, for as long as this subscription stands. */
  #follow(job: string, caller: Caller): Promise<JobView> {
    const subscription: Subscription = { off: () => {} };
    const stands = () => this.#subscriptions.get(job) === subscription;
    this.#subscriptions.set(job, subscription);
    return new Promise((resolve, reject) => {
      let first = true;
      const onView = (view: JobView) => {
        if (first) resolve(view);
        else if (stands()) this.#views.show(view);
        first = false;
      };
      this.#options.api.watch(job, caller, onView).then(
        (off) => {
          if (stands()) subscription.off = off;
          else off(); // It was dropped while it was being set up.
        },
        (error) => {
          if (stands()) this.#subscriptions.delete(job);
          reject(error);
        },
      );
    });
  }

  #unsubscribe(body: unknown): null {
    this.#drop(parsed(unsubscribe, body).job);
    return null;
  }

  #drop(job: string): void {
    const subscription = this.#subscriptions.get(job);
    this.#subscriptions.delete(job);
    this.#views.forget(job);
    subscription?.off();
  }

  #callerOf(token: string | null): Caller {
    if (token === null) return NOBODY;
    const caller = this.#options.tokens.callerOf(token);
    if (caller === null) throw new GridError("forbidden", "This coordinator does not know the token.");
    return caller;
  }

  async #countVisit({ owner }: Caller): Promise<void> {
    const waitMs = await this.#options.subscribes({ address: this.#socket.conn.remoteAddress, owner });
    if (waitMs === 0) return;
    throw new GridError("too_many_requests", `Subscribe again in ${waitMs} ms.`, { details: { retryAfterMs: waitMs } });
  }

  #refuse(): void {
    const message = "Send subscribe or unsubscribe with one object, and ask for the acknowledgement.";
    this.#options.refusals.note(new GridError("bad_message", message), { namespace: "/watch" });
    this.#socket.disconnect(true);
  }
}

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const outcome = schema.safeParse(body);
  if (outcome.success) return outcome.data;
  const issue = outcome.error.issues[0];
  throw new GridError("invalid_request", `${issue?.path.join(".") || "The body"}: ${issue?.message ?? "invalid"}.`);
}
