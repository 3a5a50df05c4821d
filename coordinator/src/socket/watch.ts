/** The namespace `/watch`: who is let in to follow what. What follows from it is in `subscriptions.ts`. */
import { GridError } from "@valence/shared/errors";
import { TOKEN_LENGTH_MAX } from "@valence/shared/limits";
import { jobId } from "@valence/shared/protocol/fields";
import type { Namespace, Socket } from "socket.io";
import * as z from "zod";
import type { Caller, JobsApi } from "../api.js";
import type { Rate } from "../rate.js";
import { NOBODY, type Tokens } from "../tokens.js";
import { brokenPacket, type Refusals, refusalOf } from "./refusals.js";
import { type Begun, Subscriptions, THE_LIST } from "./subscriptions.js";

export type WatchOptions = {
  readonly api: Pick<JobsApi, "watch" | "events" | "watchJobs">;
  readonly tokens: Tokens;
  readonly refusals: Refusals;
  readonly subscribes: Rate;
};

type Acknowledge = (answer: unknown) => void;

const token = z.string().min(1).max(TOKEN_LENGTH_MAX).nullish();
const since = z.int().min(0).nullish();
const ofJob = { job: jobId };
const ofList = { jobs: z.literal(true) };
const subscribe = { job: z.strictObject({ ...ofJob, token, since }), list: z.strictObject({ ...ofList, token }) };
const unsubscribe = { job: z.strictObject(ofJob), list: z.strictObject(ofList) };

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
  readonly #subscriptions: Subscriptions;

  constructor(socket: Socket, options: WatchOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#subscriptions = new Subscriptions(socket, options);
  }

  /** `subscribe` and `unsubscribe`, each `(body, acknowledge)`; an acknowledgement is the view, null, or `{code, message}`. */
  async receive(event: string, [body, acknowledge, ...more]: readonly unknown[]): Promise<void> {
    const known = event === "subscribe" || event === "unsubscribe";
    if (!known || typeof acknowledge !== "function" || more.length > 0) return this.#refuse();
    const answer = acknowledge as Acknowledge;
    try {
      if (event === "unsubscribe") return answer(this.#unsubscribe(body));
      const begun = await this.#subscribe(body);
      answer(begun.answer);
      begun.begin();
    } catch (error) {
      if (!(error instanceof GridError)) this.#options.refusals.note(error);
      const { code, message } = refusalOf(error);
      answer({ code, message });
    }
  }

  leave(): void {
    this.#subscriptions.close();
  }

  async #subscribe(body: unknown): Promise<Begun> {
    const asked = namesList(body) ? parsed(subscribe.list, body) : parsed(subscribe.job, body);
    const caller = this.#callerOf(asked.token ?? null);
    await this.#countVisit(caller);
    if ("jobs" in asked) return this.#subscriptions.list(caller);
    return this.#subscriptions.job(asked.job, caller, asked.since ?? null);
  }

  #unsubscribe(body: unknown): null {
    const asked = namesList(body) ? parsed(unsubscribe.list, body) : parsed(unsubscribe.job, body);
    this.#subscriptions.drop("jobs" in asked ? THE_LIST : asked.job);
    return null;
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

function namesList(body: unknown): boolean {
  return typeof body === "object" && body !== null && "jobs" in body;
}

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const outcome = schema.safeParse(body);
  if (outcome.success) return outcome.data;
  const issue = outcome.error.issues[0];
  throw new GridError("invalid_request", `${issue?.path.join(".") || "The body"}: ${issue?.message ?? "invalid"}.`);
}
