/** What a tab that computes says of itself, in words. Pure. */
import type { LendingView } from "../../volunteer/lending.js";

export type Words = {
  /** For a header. */
  readonly short: string;
  /** A sentence. */
  readonly long: string;
};

export function lendingWords(view: Pick<LendingView, "phase" | "link" | "working">): Words {
  if (view.phase === "idle") return { short: "Idle", long: "This tab computes nothing." };
  if (view.phase === "refused") return { short: "Refused", long: "The grid does not take this tab." };
  if (view.phase === "stopping") return { short: "Stopping", long: "Stopping: what is not done goes back." };
  if (view.phase === "pausing") return { short: "Pausing", long: "Pausing: what has begun may end." };
  if (view.phase === "paused") return { short: "Paused", long: `Paused: nothing computes.${awayWords(view)}` };
  if (view.link === "away") {
    return { short: "Away", long: "No connection now: the tab goes on with what it has, and delivers later." };
  }
  if (view.link !== "up") return { short: "Joining", long: "Joining the grid." };
  if (view.working.length === 0) return { short: "Waiting", long: "Connected, and waiting for work." };
  return { short: "Computing", long: "Connected, and computing." };
}

function awayWords({ link }: Pick<LendingView, "link">): string {
  return link === "away" ? " No connection now: what is done, it delivers later." : "";
}
