/** The time, told once a second to whatever shows an age, and only while somebody looks. */
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { visible } from "../grid/visible.js";

const time = signal(Date.now());
/** Milliseconds since 1970. */
export const now: ReadonlySignal<number> = time;

export function startClock(): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = () => {
    time.value = Date.now();
  };
  effect(() => {
    clearInterval(timer);
    if (!visible.value) return;
    tick();
    timer = setInterval(tick, 1_000);
  });
}
