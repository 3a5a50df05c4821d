import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";
import { chooseThreads, thisDevice, threadsMax } from "./threads.js";

type ThreadsFieldProps = {
  readonly threads: Signal<number>;
  /** Once a choice is made, not at each step of the way to it. */
  readonly onChosen?: (threads: number) => void;
};

export function ThreadsField({ threads, onChosen }: ThreadsFieldProps) {
  const id = useId();
  const max = threadsMax(thisDevice());
  if (max === 1) return null;
  const change = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    threads.value = currentTarget.valueAsNumber;
  };
  return (
    <div class="threads">
      <label for={id}>Cores to lend</label>
      <output class="threads-number" for={id}>
        {threads.value} <span class="aside">of {max}</span>
      </output>
      <input
        id={id}
        type="range"
        min={1}
        max={max}
        step={1}
        value={threads.value}
        style={{ "--share": String((threads.value - 1) / (max - 1)) }}
        onInput={change}
        onChange={(event) => {
          change(event);
          chooseThreads(threads.value);
          onChosen?.(threads.value);
        }}
      />
    </div>
  );
}
