/** What became of a job under chaos: every electron held against what a single thread gets. Holds one line at a time. */
import type { Job } from "@valence/client-node/sdk/job";
import { linesOf } from "@valence/client-node/sdk/ndjson";
import { hasEnded } from "@valence/shared/job-state";
import type { JobView } from "@valence/shared/job-view";
import type { Serving } from "../processes.js";
import { awkward, awkwardSum } from "./awkward.js";

export type Verdict = {
  /** Electrons without a result, though the job has ended. */
  readonly lost: number;
  /** Results that came again. */
  readonly double: number;
  /** Electrons that were neither done nor given up when waiting for them was. */
  readonly stuck: number;
  /** Results that are not what a single thread gets. */
  readonly wrong: number;
  readonly deadLetters: number;
  /** Whether the aggregate is the single thread's, to the bit. */
  readonly exact: boolean;
};

export async function judge(serving: Serving, job: Job, electrons: number): Promise<Verdict> {
  const view = await job.view();
  const { done, dead, skipped } = view.progress;
  const stuck = hasEnded(view.state) ? 0 : electrons - done - dead - skipped;
  const results = await compared(serving, view);
  const missing = electrons - results.last - 1 + results.gaps;
  return {
    lost: Math.max(0, missing - stuck - dead - skipped),
    double: results.double + Math.max(0, done - electrons),
    stuck,
    wrong: results.wrong,
    deadLetters: dead,
    exact: Object.is(view.result, awkwardSum(electrons)),
  };
}

export function isGood({ lost, double, stuck, wrong, deadLetters, exact }: Verdict): boolean {
  return lost + double + stuck + wrong + deadLetters === 0 && exact;
}

/** Kept results come in the order of their items, so a gap, or a step back, is seen without remembering any. */
async function compared({ url, token }: Serving, { id }: JobView) {
  const headers = { Authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/v1/jobs/${id}/results`, { headers });
  if (!response.ok || !response.body) throw new Error(`the results cannot be read: ${response.status}`);
  const seen = { last: -1, gaps: 0, double: 0, wrong: 0 };
  for await (const line of linesOf(response.body)) {
    const { electron, result } = JSON.parse(line) as { electron: number; result: unknown };
    if (electron <= seen.last) seen.double += 1;
    else seen.gaps += electron - seen.last - 1;
    if (!Object.is(result, awkward(electron))) seen.wrong += 1;
    seen.last = Math.max(seen.last, electron);
  }
  return seen;
}
