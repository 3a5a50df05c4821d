/** A volunteer moved by hand: it speaks the protocol over a real socket, and computes nothing. */
import { randomBytes } from "node:crypto";
import { passingIdentity } from "@valence/client-node/conductor/identity";
import { socketIoConductor } from "@valence/client-node/conductor/socket-io";
import type { Conductor, ConductorEvent } from "@valence/shared/client/conductor";
import type { Down } from "@valence/shared/protocol/down";
import type { Up } from "@valence/shared/protocol/up";

type Grant = Extract<Down, { type: "grant" }>;

type Granted = { readonly grant: Grant; readonly at: number };

/** One session with one slot. */
export class Hand {
  readonly connected: Promise<void>;
  /** The first lease, and when it came. */
  readonly granted: Promise<Granted>;
  readonly #conductor: Conductor;
  #onConnected: () => void = () => {};
  #onGranted: (granted: Granted) => void = () => {};

  constructor(url: string) {
    this.connected = new Promise((resolve) => {
      this.#onConnected = resolve;
    });
    this.granted = new Promise((resolve) => {
      this.#onGranted = resolve;
    });
    const session = randomBytes(16).toString("hex");
    const greeting = { identity: passingIdentity(), session, slots: 1, agent: "by hand", token: () => null };
    this.#conductor = socketIoConductor({ url, greeting });
    this.#conductor.open((event) => this.#hear(event));
  }

  say(message: Up): void {
    this.#conductor.send([message]);
  }

  close(): void {
    this.#conductor.close();
  }

  #hear(event: ConductorEvent): void {
    if (event.type === "connected") {
      this.say({ type: "holding", leases: [] });
      this.#onConnected();
    } else if (event.type === "message" && event.message.type === "grant") {
      this.#onGranted({ grant: event.message, at: performance.now() });
    }
  }
}
