/** Whether anybody can see this page now. Only what is shown hangs on it: what computes goes on when nobody looks. */
import { type ReadonlySignal, signal } from "@preact/signals";

const showing = signal(true);
export const visible: ReadonlySignal<boolean> = showing;

export function startVisible(): void {
  const look = () => {
    showing.value = document.visibilityState === "visible";
  };
  look();
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    showing.value = false; // it stood still in a cache, and nobody was told: what is shown is old
    look();
  });
}
