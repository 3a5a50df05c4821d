/**
 * Atoms in workers of frames: a frame for each atom, with an origin that nothing else has. The volunteer's side, in a worker of the page:
 * it only wraps what the atom's worker exposes, parses what that says, and ends what breaks its protocol.
 */
import type { Clock } from "@valence/shared/client/clock";
import type { AtomSource, AtomWorker, Executor, ExecutorEvent } from "@valence/shared/client/executor";
import { brokenProtocol, heard, type Lost } from "@valence/shared/client/heard";
import type { AtomCommands } from "@valence/shared/runner/atom-commands";
import type { RunOrder } from "@valence/shared/runner/runner";
import type { JobOrder } from "@valence/shared/volunteer/held-lease";
import { type Remote, releaseProxy, wrap } from "comlink";
import { type FrameHost, FrameLink } from "./frame-link.js";
import { guardedPort } from "./guarded-port.js";

/** Lines and progress that a worker may say within a second; an honest one is held to 14. */
export const ASIDES_MAX = 50;
const SECOND_MS = 1_000;

export type FrameExecutorOptions = { readonly host: FrameHost; readonly clock: Clock };

export function frameExecutor(options: FrameExecutorOptions): Executor {
  const frames = new Frames(options);
  return {
    name: "frame",
    sandboxed: true,
    open: (atom, onEvent) => new FramedAtom(atom, { frames, clock: options.clock, onEvent }),
  };
}

/** The frames by atom, and whose worker is whose. */
class Frames {
  readonly #options: FrameExecutorOptions;
  readonly #links = new Map<string, FrameLink>();
  readonly #lost = new Map<number, (cameUp: boolean) => void>();
  #frame = 0;
  #worker = 0;

  constructor(options: FrameExecutorOptions) {
    this.#options = options;
  }

  /** A worker in the atom's frame. `onLost` is called when the frame is gone, unless `end` was called before. */
  open(atom: string, ports: readonly MessagePort[], onLost: (cameUp: boolean) => void): { end(): Promise<void> } {
    const link = this.#links.get(atom) ?? this.#make(atom);
    const worker = ++this.#worker;
    this.#lost.set(worker, onLost);
    link.open(worker, ports);
    return {
      end: async () => {
        this.#lost.delete(worker);
        await link.end(worker);
      },
    };
  }

  #make(atom: string): FrameLink {
    const link: FrameLink = new FrameLink({
      ...this.#options,
      id: ++this.#frame,
      onGone: (lost, cameUp) => {
        if (this.#links.get(atom) === link) this.#links.delete(atom);
        for (const worker of lost) this.#lost.get(worker)?.(cameUp);
      },
    });
    this.#links.set(atom, link);
    return link;
  }
}

type Surroundings = {
  readonly frames: Frames;
  readonly clock: Clock;
  readonly onEvent: (event: ExecutorEvent) => void;
};

class FramedAtom implements AtomWorker {
  readonly #onEvent: (event: ExecutorEvent) => void;
  readonly #clock: Clock;
  readonly #outcomes: MessagePort;
  readonly #port: ReturnType<typeof guardedPort>;
  /** Kept in a field: Comlink's calls on a proxy that was collected never end. */
  readonly #commands: Remote<AtomCommands>;
  readonly #worker: { end(): Promise<void> };
  /** What it was asked and may answer once: a worker that speaks unasked is not run by our runner any more. */
  readonly #asked = new Set<ExecutorEvent["type"]>(["opened"]);
  #asides = 0;
  #asidesSince = Number.NEGATIVE_INFINITY;
  #gone = false;

  constructor(atom: AtomSource, { frames, clock, onEvent }: Surroundings) {
    const commands = new MessageChannel();
    const outcomes = new MessageChannel();
    this.#onEvent = onEvent;
    this.#clock = clock;
    this.#outcomes = outcomes.port1;
    this.#port = guardedPort(commands.port1, () => this.#lose(brokenProtocol()));
    this.#commands = wrap<AtomCommands>(this.#port);
    this.#outcomes.onmessage = ({ data }) => this.#hear(data);
    this.#outcomes.onmessageerror = () => this.#lose(brokenProtocol());
    this.#worker = frames.open(atom.name, [commands.port2, outcomes.port2], (cameUp) => this.#wreck(cameUp));
    this.#call((worker) => worker.load(atom));
  }

  run(order: RunOrder): void {
    this.#call((worker) => worker.run(order));
  }

  halt(): void {
    this.#asked.add("halted");
    this.#call((worker) => worker.halt());
  }

  probe(job: JobOrder): void {
    this.#asked.add("probed");
    this.#call((worker) => worker.probe(job));
  }

  async kill(): Promise<void> {
    if (!this.#gone) {
      this.#gone = true;
      this.#commands[releaseProxy]();
      this.#port.close();
      this.#outcomes.close();
    }
    await this.#worker.end();
  }

  /** Nobody waits for the answer: outcomes come by their own port, and a call to a dead worker would wait for ever. */
  #call(command: (worker: Remote<AtomCommands>) => Promise<void>): void {
    if (this.#gone) return;
    this.#port.owe();
    command(this.#commands).catch(() => {});
  }

  #hear(message: unknown): void {
    if (this.#gone) return;
    const event = heard(message);
    if (event.type === "lost") this.#lose(event);
    else if (this.#isUnasked(event)) this.#lose(brokenProtocol());
    else this.#onEvent(event);
  }

  #isUnasked({ type }: ExecutorEvent): boolean {
    if (type === "log" || type === "progress") return this.#tooManyAsides();
    const answers = type === "opened" || type === "halted" || type === "probed";
    return answers && !this.#asked.delete(type);
  }

  #tooManyAsides(): boolean {
    const now = this.#clock.now();
    if (now - this.#asidesSince >= SECOND_MS) {
      this.#asidesSince = now;
      this.#asides = 0;
    }
    return ++this.#asides > ASIDES_MAX;
  }

  /**
   * All frames may share one process, and so may have died of one atom. One that never came up is the fault of none: the
   * coordinator may serve a newer one, and this page must be loaded anew.
   */
  #wreck(cameUp: boolean): void {
    if (this.#gone) return;
    void this.kill();
    const message = "the frame in which atoms run cannot be loaded: load the page anew";
    this.#onEvent(cameUp ? { type: "wrecked" } : { type: "declined", code: "source_unreachable", message });
  }

  #lose(event: Lost): void {
    if (this.#gone) return;
    void this.kill();
    this.#onEvent(event);
  }
}
