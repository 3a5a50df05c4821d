/** Time and turns of the event loop, as a client's shell needs them: Node and a tab each have one of their own. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Calls once, after that long or later. Returns how to call it off. */
  after(ms: number, act: () => void): () => void;
  /** Calls once the event loop has turned, behind what was waiting to be delivered. */
  soon(act: () => void): void;
}
