/** The pulse of a volunteer's worker: the page is told the latest state at a bounded rate, and that the computer slept. */
import type { Clock } from "@valence/shared/client/clock";

/** From one telling to the next. */
export const TELL_MS = 250;
/** A timer that rings later than that was asleep, and so was the whole tab. */
export const SLEPT_MS = 15_000;

export type Telling = {
  readonly clock: Pick<Clock, "after">;
  /** The date, and no monotonic time: in some browsers that stands still while the computer sleeps. */
  readonly date: () => number;
  readonly tell: () => void;
  /** Called before the telling that came so late. */
  readonly onSlept: () => void;
};

/** Returns how to end it. */
export function tellRegularly({ clock, date, tell, onSlept }: Telling): () => void {
  let due = date() + TELL_MS;
  let off = clock.after(TELL_MS, ring);
  function ring(): void {
    if (date() - due > SLEPT_MS) onSlept();
    tell();
    due = date() + TELL_MS;
    off = clock.after(TELL_MS, ring);
  }
  return () => off();
}
