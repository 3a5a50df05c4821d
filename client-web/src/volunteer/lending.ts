/** What a page knows of the tab that it lends: the port between what visitors see and the volunteer behind it. */

import type { Working } from "@valence/shared/client/tally";

/**
 *   idle ──start──► working ──pause──► pausing ──running electrons have ended──► paused ──resume──► working
 *    ▲                 │                  │                                        │
 *    └──── stopping ◄──┴─────── stop ─────┴────────────────────────────────────────┘        refused: the grid does not want us
 */
export type Phase = "idle" | "working" | "pausing" | "paused" | "stopping" | "refused";

/** `away`: the link broke and comes back by itself; what is held is computed meanwhile and delivered later. */
export type Link = "none" | "connecting" | "up" | "away";

export type LendingView = {
  readonly phase: Phase;
  readonly link: Link;
  /** Workers that were asked for, 1 to `THREADS_MAX` of this device. */
  readonly threads: number;
  /** Those that compute now. */
  readonly working: readonly Working[];
  /** Since the page was opened, through pauses and stops. */
  readonly electrons: number;
  readonly items: number;
  readonly failures: number;
  /** Items a second over the last ten seconds. */
  readonly rate: number;
  /** How long it has been working, in milliseconds, without pauses. */
  readonly workedMs: number;
  /** The last thing worth telling, such as a failure or an atom that was declined; null for none. */
  readonly notice: string | null;
  /** Why the grid does not want this tab, in `refused`; `protocol_version` is mended by loading the page anew. */
  readonly refusal: { readonly code: string; readonly message: string } | null;
};

export interface Lending {
  readonly view: LendingView;
  /** Calls back after each change, at most a few times a second while it works; returns the way out. */
  onChange(listener: (view: LendingView) => void): () => void;
  /** Only after a person said so. Makes the first worker and frame that there are. */
  start(threads: number): void;
  /** Lets running electrons end, gives the rest back, and begins no others. */
  pause(): void;
  resume(): void;
  /** Kills what runs and gives everything back: within a second nothing of it is left. */
  stop(): void;
  /** While it works, too: leases go back and the tab joins anew. */
  setThreads(threads: number): void;
}
