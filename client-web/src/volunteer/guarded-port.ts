/**
 * The port on which Comlink calls an atom's worker, so that a stranger's code on the other end can answer its calls and say nothing
 * else: one answer a call, and only of the kind that Comlink sends.
 */
import type { Endpoint } from "comlink";

export type GuardedPort = Endpoint & {
  /** One more answer is expected. */
  owe(): void;
  close(): void;
};

/** @param onBreach called for whatever is no answer, or one too many */
export function guardedPort(port: MessagePort, onBreach: () => void): GuardedPort {
  let owed = 0;
  const listeners = new Set<(event: MessageEvent) => void>();
  port.onmessage = (event) => {
    if (owed === 0 || !isAnswer(event.data)) return onBreach();
    owed--;
    for (const listener of listeners) listener(event);
  };
  port.onmessageerror = onBreach;
  return {
    owe: () => void owed++,
    close: () => port.close(),
    postMessage: (message, transfer) => port.postMessage(message, transfer ?? []),
    addEventListener: (_type, listener) => void listeners.add(listener as (event: MessageEvent) => void),
    removeEventListener: (_type, listener) => void listeners.delete(listener as (event: MessageEvent) => void),
    start: () => port.start(),
  };
}

/** An answer to a command is nothing, raw; an error of the worker comes as a thrown value and is dropped by the caller. */
function isAnswer(message: unknown): boolean {
  const { id, type, name } = (message ?? {}) as { id?: unknown; type?: unknown; name?: unknown };
  return typeof id === "string" && id.length <= 128 && (type === "RAW" || (type === "HANDLER" && name === "throw"));
}
