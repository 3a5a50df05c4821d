/** A conductor without a network, for tests: the other end plays the coordinator and delivers by hand. */

import type { Conductor, ConductorEvent } from "@valence/shared/client/conductor";
import { decodeDown, decodeUp, encodeBatch } from "@valence/shared/protocol/batch";
import type { Down } from "@valence/shared/protocol/down";
import type { Up } from "@valence/shared/protocol/up";

/** Every message passes through the bytes of a batch, as on a real link. */
export class InMemoryConductor implements Conductor {
  /** What the volunteer has said. */
  readonly heard: Up[] = [];
  closed = false;
  #onEvent: (event: ConductorEvent) => void = () => {};
  #waiting: (() => void)[] = [];
  #up = false;

  open(onEvent: (event: ConductorEvent) => void): void {
    this.#onEvent = onEvent;
  }

  send(messages: readonly Up[]): void {
    if (!this.#up) return;
    this.heard.push(...decodeUp(encodeBatch(messages)));
    for (const wake of this.#waiting.splice(0)) wake();
  }

  close(): void {
    this.closed = true;
    this.#up = false;
  }

  connect(): void {
    this.#up = true;
    this.#onEvent({ type: "connected" });
  }

  disconnect(): void {
    this.#up = false;
    this.#onEvent({ type: "disconnected", reason: "cut", retryMs: 0 });
  }

  refuse(code: string, retryMs: number | null): void {
    this.#up = false;
    this.#onEvent({ type: "refused", code, message: "no", retryMs });
  }

  deliver(...messages: readonly Down[]): void {
    for (const message of decodeDown(encodeBatch(messages))) this.#onEvent({ type: "message", message });
  }

  /** Waits until the volunteer has said something that passes. */
  async until<T extends Up>(passes: (message: Up) => message is T): Promise<T>;
  async until(passes: (message: Up) => boolean): Promise<Up>;
  async until(passes: (message: Up) => boolean): Promise<Up> {
    for (;;) {
      const found = this.heard.find(passes);
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
