/** What happens in a run of chaos, in an order that one seed gives. */
import type { Chance } from "@valence/coordinator/simulation/chance";

export const MISFORTUNES = [
  "kill coordinator",
  "stop coordinator",
  "kill client",
  "kill tab",
  "stop client",
  "cut",
  "half-open",
  "weather",
] as const;
export type Misfortune = (typeof MISFORTUNES)[number];

/** Each as often as it says, shuffled. */
export function planned(times: Readonly<Record<Misfortune, number>>, chance: Chance): Misfortune[] {
  const plan = MISFORTUNES.flatMap((misfortune) => Array<Misfortune>(times[misfortune]).fill(misfortune));
  for (let i = plan.length - 1; i > 0; i--) {
    const j = chance.int(0, i);
    [plan[i], plan[j]] = [plan[j] as Misfortune, plan[i] as Misfortune]; // both within the array
  }
  return plan;
}
