/**
 * One job as this page knows it, from two sources: what `/watch` pushes, and what was asked for over HTTP. The newer one
 * stays: an answer that was on its way while something was pushed is older than that.
 */
import { type ReadonlySignal, signal } from "@preact/signals";

export class LatestView<View> {
  readonly #view;
  #asOf: number;

  /** `asOf` in milliseconds of one clock: when the view was pushed, or when it was asked for. */
  constructor(view: View, asOf: number) {
    this.#view = signal(view);
    this.#asOf = asOf;
  }

  get view(): ReadonlySignal<View> {
    return this.#view;
  }

  see(view: View, asOf: number): void {
    if (asOf < this.#asOf) return;
    this.#asOf = asOf;
    this.#view.value = view;
  }
}
