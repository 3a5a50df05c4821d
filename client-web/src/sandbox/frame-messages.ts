/** What a frame and its host say to each other, over one port. */

export type ToFrame =
  /** Make a worker; the message brings its two ports, for commands and for outcomes. */
  | { readonly type: "open"; readonly worker: number }
  /** Terminate it at once. */
  | { readonly type: "close"; readonly worker: number }
  /** Say that you live. */
  | { readonly type: "beat" };

export type FromFrame =
  | { readonly type: "beat" }
  /** Nothing of the worker runs any more. */
  | { readonly type: "closed"; readonly worker: number };
