/**
 * One frame, as the volunteer sees it: makes and ends workers in it, and asks it twice a second whether it lives, since a frame whose
 * process died says nothing. It knows no atom.
 *
 *   loading ──first beat──► alive ──beats unanswered · last worker gone for a while · close──► gone
 */
import type { Clock } from "@valence/shared/client/clock";
import type { FromFrame, ToFrame } from "../sandbox/frame-messages.js";

const BEAT_MS = 500;
/** Answers are owed for that many beats at the most; more while the document is loaded. */
const OWED_MAX = 6;
const OWED_LOADING_MAX = 20;
/** A frame without workers is kept that long for the next one. */
const LINGER_MS = 5_000;

/** What the page does for the volunteer, which has no document. */
export type FrameHost = {
  /** Makes a frame and gives it the port. */
  open(frame: number, port: MessagePort): void;
  /** Takes the frame away, and all that runs in it. */
  close(frame: number): void;
};

export type FrameLinkOptions = {
  readonly id: number;
  readonly host: FrameHost;
  readonly clock: Clock;
  /** The frame is gone: called once. `lost` are the workers that went with it; it may never have come up. */
  readonly onGone: (lost: readonly number[], cameUp: boolean) => void;
};

export class FrameLink {
  readonly #options: FrameLinkOptions;
  readonly #port: MessagePort;
  readonly #workers = new Set<number>();
  /** Those that were told to end, with whom to tell. */
  readonly #ending = new Map<number, () => void>();
  #state: "loading" | "alive" | "gone" = "loading";
  #owed = 0;
  #idleBeats = 0;
  #disarm: () => void;

  constructor(options: FrameLinkOptions) {
    const { port1, port2 } = new MessageChannel();
    this.#options = options;
    this.#port = port1;
    port1.onmessage = ({ data }) => this.#hear(data as FromFrame);
    this.#disarm = options.clock.after(BEAT_MS, () => this.#beat());
    options.host.open(options.id, port2);
  }

  /** @param ports for the worker's commands and its outcomes; it is up when it answers on them */
  open(worker: number, ports: readonly MessagePort[]): void {
    this.#workers.add(worker);
    this.#idleBeats = 0;
    this.#say({ type: "open", worker }, ports);
  }

  /** Resolves when nothing of the worker runs any more. */
  async end(worker: number): Promise<void> {
    if (this.#state === "gone" || !this.#workers.delete(worker)) return;
    this.#say({ type: "close", worker });
    await new Promise<void>((resolve) => this.#ending.set(worker, resolve));
  }

  close(): void {
    if (this.#state === "gone") return;
    const cameUp = this.#state === "alive";
    this.#state = "gone";
    this.#disarm();
    this.#port.close();
    this.#options.host.close(this.#options.id);
    for (const ended of this.#ending.values()) ended();
    this.#options.onGone([...this.#workers], cameUp);
  }

  #hear(message: FromFrame): void {
    this.#state = "alive";
    this.#owed = 0;
    if (message.type !== "closed") return;
    this.#ending.get(message.worker)?.();
    this.#ending.delete(message.worker);
  }

  /** Counts beats and not time: a computer that slept has not heard them either. */
  #beat(): void {
    const busy = this.#workers.size > 0 || this.#ending.size > 0;
    this.#idleBeats = busy ? 0 : this.#idleBeats + 1;
    const idle = this.#idleBeats * BEAT_MS > LINGER_MS;
    const silent = this.#owed >= (this.#state === "loading" ? OWED_LOADING_MAX : OWED_MAX);
    if (idle || silent) {
      this.close();
      return;
    }
    this.#owed++;
    this.#say({ type: "beat" });
    this.#disarm = this.#options.clock.after(BEAT_MS, () => this.#beat());
  }

  #say(message: ToFrame, ports: readonly MessagePort[] = []): void {
    if (this.#state !== "gone") this.#port.postMessage(message, [...ports]);
  }
}
