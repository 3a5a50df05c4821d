/**
 * One socket of a volunteer: challenges it, hears its hello, and then carries batches both ways until either side ends.
 * Knows the envelope of the protocol (challenge, hello, welcome, refuse) and nothing of leases.
 *
 *   challenged ──hello──► joined
 *        └──refused, closed──┴──► ended
 */
import { randomBytes } from "node:crypto";
import { GridError } from "@valence/shared/errors";
import { decodeUp, splitBatches } from "@valence/shared/protocol/batch";
import type { Down } from "@valence/shared/protocol/down";
import type { Up } from "@valence/shared/protocol/up";
import type { Socket } from "socket.io";
import type { VolunteerLink, VolunteersApi } from "../api.js";
import type { Tokens } from "../tokens.js";
import { provenIdentity } from "./identity.js";
import { type Refusals, refusalOf } from "./refusals.js";

export type VolunteerOptions = {
  readonly api: VolunteersApi;
  readonly tokens: Tokens;
  readonly refusals: Refusals;
  /** How long a link may stay without a hello. */
  readonly helloWithinMs: number;
};

type State =
  | { readonly at: "challenged"; readonly nonce: Uint8Array; readonly deadline: NodeJS.Timeout }
  | { readonly at: "joined"; readonly link: VolunteerLink }
  | { readonly at: "ended" };

export class VolunteerSocket {
  readonly #socket: Socket;
  readonly #options: VolunteerOptions;
  #state: State;

  constructor(socket: Socket, options: VolunteerOptions) {
    this.#socket = socket;
    this.#options = options;
    const nonce = new Uint8Array(randomBytes(32));
    const deadline = setTimeout(() => this.refuse(this.#tooLate()), options.helloWithinMs);
    this.#state = { at: "challenged", nonce, deadline };
    this.#send([{ type: "challenge", nonce }]);
  }

  /** One event of the socket, with whatever came along. Throws nothing. */
  receive(event: string, args: readonly unknown[]): void {
    try {
      for (const message of decodeUp(bytesOf(event, args))) this.#take(message);
    } catch (error) {
      this.refuse(error);
    }
  }

  /** Any packet came, a pong included. */
  heard(): void {
    if (this.#state.at === "joined") this.#state.link.heard();
  }

  /** The socket has closed. */
  cut(): void {
    const state = this.#state;
    this.#end();
    if (state.at === "joined") state.link.cut();
  }

  /** Says why, in the log too, and closes. */
  refuse(error: unknown): void {
    if (this.#state.at === "ended") return;
    this.#options.refusals.note(error, { namespace: "/volunteer" });
    this.dismiss(error);
  }

  /** Says why, and closes. */
  dismiss(error: unknown): void {
    this.#emit(splitBatches([refusalOf(error)]));
    this.cut();
    this.#socket.disconnect(true);
  }

  #take(message: Up): void {
    if (this.#state.at === "challenged") this.#join(message, this.#state.nonce);
    else if (this.#state.at === "joined") {
      if (message.type === "hello") throw new GridError("bad_message", "This link has had its hello.");
      this.#state.link.receive(message);
    }
  }

  /** What the grid sends while it lets the session in is held back until `welcome` has gone first. */
  #join(hello: Up, nonce: Uint8Array): void {
    if (hello.type !== "hello") throw new GridError("bad_message", "The first message must be hello.");
    const { session, slots, agent } = hello;
    const identity = provenIdentity(hello, nonce);
    const owner = this.#ownerOf(hello.token);
    const early: Down[] = [];
    let send = (batch: readonly Down[]): void => void early.push(...batch);
    const link = this.#options.api.join(
      { session, identity, slots, agent, owner },
      { send: (batch) => send(batch), sent: () => this.#sent(), close: (why) => this.#let(why) },
    );
    this.#begin(link);
    send = (batch) => this.#send(batch);
    send([{ type: "welcome" }, ...early]);
  }

  #begin(link: VolunteerLink): void {
    if (this.#state.at !== "challenged") return;
    clearTimeout(this.#state.deadline);
    this.#state = { at: "joined", link };
  }

  #ownerOf(token: string | null): string | null {
    if (token === null) return null;
    const caller = this.#options.tokens.callerOf(token);
    if (caller === null) throw new GridError("forbidden", "This coordinator does not know the token.");
    return caller.owner;
  }

  /** The session is none of this link's any more: it is not cut from here. */
  #let(why: "taken" | "silent"): void {
    this.#end();
    const sentence = "Another link has taken the session over.";
    if (why === "taken") this.dismiss(new GridError("session_in_use", sentence));
    else this.dismiss(new GridError("overloaded", "The link gave no sign of life.", { details: { retryAfterMs: 0 } }));
  }

  #send(batch: readonly Down[]): void {
    if (this.#state.at === "ended") return;
    try {
      this.#emit(splitBatches(batch));
    } catch (cause) {
      // What cannot be sent is a bug of ours, though it comes as a failure of the codec.
      this.refuse(new Error("a message cannot be sent", { cause }));
    }
  }

  #emit(batches: readonly Uint8Array[]): void {
    if (!this.#socket.connected) return;
    for (const bytes of batches) this.#socket.emit("batch", bytes);
  }

  /** A transport is writable again when the system has taken what it was given. */
  async #sent(): Promise<void> {
    const { conn } = this.#socket;
    while (this.#socket.connected && !conn.transport.writable) {
      await new Promise<void>((resolve) => {
        const done = () => {
          conn.transport.removeListener("ready", done);
          conn.removeListener("close", done);
          resolve();
        };
        conn.transport.once("ready", done);
        conn.once("close", done);
      });
    }
  }

  #end(): void {
    if (this.#state.at === "challenged") clearTimeout(this.#state.deadline);
    this.#state = { at: "ended" };
  }

  /** Not fatal: a tab may have slept. */
  #tooLate(): GridError {
    return new GridError("overloaded", `No hello came within ${this.#options.helloWithinMs} ms.`);
  }
}

function bytesOf(event: string, args: readonly unknown[]): Uint8Array {
  const [bytes, ...more] = args;
  if (event === "batch" && bytes instanceof Uint8Array && more.length === 0) return bytes;
  throw new GridError("bad_message", "Send the event batch with exactly one Uint8Array.");
}
