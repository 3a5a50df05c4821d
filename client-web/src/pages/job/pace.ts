/** How fast a job goes, how long it took so far, and how long it still takes, by what state it is in. Pure. */
import { etaText } from "@valence/shared/eta-text";
import { duration, short } from "@valence/shared/human";
import type { JobView } from "@valence/shared/job-view";
import { secondsText } from "../parts/seconds-text.js";

type Pace = Pick<JobView, "state" | "progress" | "rate" | "eta" | "createdAt" | "startedAt" | "endedAt">;

/** Names and texts. `now` in milliseconds since 1970. */
export function paceOf(job: Pace, now: number): [name: string, text: string][] {
  const { state, rate, eta, startedAt, endedAt, createdAt, progress } = job;
  if (endedAt !== null) {
    if (startedAt === null) return [["Took", "nothing: it never started"]];
    const tookMs = Math.max(0, Date.parse(endedAt) - Date.parse(startedAt));
    const average = tookMs > 0 ? `${short((1_000 * progress.done) / tookMs)} items/s` : "–";
    return [
      ["Took", duration(tookMs)],
      ["On average", average],
    ];
  }
  if (startedAt === null) return [["Since its creation", secondsText(now - Date.parse(createdAt))]];
  const since: [string, string] = ["Since its start", secondsText(now - Date.parse(startedAt))];
  if (state === "paused") return [since];
  return [
    ["Rate", rate > 0 ? `${short(rate)} items/s` : "–"],
    ["Left", eta === null ? "not known yet" : etaText(eta)],
    since,
  ];
}
