/** One stay of this tab on the grid: the worker in which the volunteer lives, and the frames that it asks for. */
import type { Ending } from "@valence/shared/client/news";
import { Frames } from "./frames.js";
import type { FromSession, SessionState, ToSession } from "./session-messages.js";

/** By then its worker has said that it is over; one that does not answer is ended. */
const STOP_MS = 950;

export type SessionOptions = {
  readonly slots: number;
  readonly agent: string;
  readonly onState: (state: SessionState) => void;
  /** Nothing of it runs any more. Called once, and nothing after it. */
  readonly onEnded: (ending: Ending) => void;
  readonly onSlept: () => void;
};

export class Session {
  readonly #options: SessionOptions;
  readonly #worker: Worker;
  readonly #frames = new Frames();
  readonly #id = newSessionId();
  #ended = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#worker = new Worker(new URL("./volunteer-worker.ts", import.meta.url), { type: "module", name: "volunteer" });
    this.#worker.onmessage = ({ data, ports }: MessageEvent<FromSession>) => this.#hear(data, ports);
    this.#worker.onerror = ({ message }) =>
      this.#end({ reason: "refused", code: "internal", message: message || "The volunteer could not be started." });
    const { slots, agent } = options;
    this.#say({ type: "begin", slots, agent, session: this.#id, origin: location.origin });
  }

  /** `finish` waits for running electrons; `now` ends within a second, come what may. */
  stop(mode: "finish" | "now"): void {
    if (this.#ended) return;
    this.#say({ type: "stop", mode });
    if (mode === "now") setTimeout(() => this.#end({ reason: "stopped" }), STOP_MS);
  }

  /** As `stop("now")`, for a page that is going away: its worker may not live to say goodbye, and a beacon goes all the same. */
  abandon(): void {
    if (this.#ended) return;
    navigator.sendBeacon(`/api/v1/sessions/${this.#id}/goodbye`);
    this.stop("now");
  }

  #hear(message: FromSession, [port]: readonly MessagePort[]): void {
    if (this.#ended) return;
    if (message.type === "frame" && port) this.#frames.open(message.frame, port);
    else if (message.type === "unframe") this.#frames.close(message.frame);
    else if (message.type === "state") this.#options.onState(message);
    else if (message.type === "slept") this.#options.onSlept();
    else if (message.type === "ended") this.#end(message.ending);
  }

  #end(ending: Ending): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#worker.terminate();
    this.#frames.clear();
    this.#options.onEnded(ending);
  }

  #say(message: ToSession): void {
    this.#worker.postMessage(message);
  }
}

function newSessionId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
