import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask } from "../grid/ask.js";
import { isGridView } from "../grid/checks.js";
import { poll } from "../grid/poll.js";

/** An operator's name changes only with a restart. */
const EVERY_MS = 60_000;

/** Who runs this grid: null when the operator did not say, undefined while the coordinator has not answered. */
export function useOperator(): ReadonlySignal<string | null | undefined> {
  const operator = useSignal<string | null | undefined>(undefined);
  useEffect(() => {
    const asking = poll({
      look: (signal) => ask({ path: "/grid", signal }, isGridView),
      onSeen: (grid) => {
        operator.value = grid.operator;
      },
      onFault: () => {},
      everyMs: () => EVERY_MS,
    });
    return asking.stop;
  }, [operator]);
  return operator;
}
