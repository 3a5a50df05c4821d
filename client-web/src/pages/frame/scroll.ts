/** Scrolls to where a page was left, as soon as enough of it is there: lists come over the network. */

const PATIENCE_MS = 2_000;
const TAKEN_OVER = ["wheel", "touchstart", "keydown", "pointerdown"] as const;

let giveUp: () => void = () => {};

/** Tries with each frame, and gives up when time runs out, when the visitor scrolls, or when called again. */
export function scrollWhenThere(top: number): void {
  giveUp();
  const started = performance.now();
  let going = true;
  giveUp = () => {
    going = false;
    for (const name of TAKEN_OVER) window.removeEventListener(name, giveUp);
  };
  for (const name of TAKEN_OVER) window.addEventListener(name, giveUp, { passive: true, once: true });
  const attempt = () => {
    if (!going) return;
    window.scrollTo(0, top);
    const there = Math.abs(scrollY - top) < 1;
    if (there || performance.now() - started > PATIENCE_MS) giveUp();
    else requestAnimationFrame(attempt);
  };
  attempt();
}
