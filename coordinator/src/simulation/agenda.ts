/** Virtual time: what happens when, in the order of time and then of planning. */
export type Plan = { readonly at: number; readonly act: () => void; cancelled: boolean };

export class Agenda {
  readonly #items: Plan[] = [];
  now = 0;

  /** Plans `act` for `ms` milliseconds from now, rounded up: virtual time is whole, so that equal times stay equal. */
  after(ms: number, act: () => void): Plan {
    const at = this.now + Math.max(0, Math.ceil(ms));
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#items[middle]?.at ?? 0) > at) low = middle + 1;
      else high = middle;
    }
    const plan = { at, act, cancelled: false };
    this.#items.splice(low, 0, plan); // latest first, so that the next one is popped
    return plan;
  }

  /** Does what comes next; false when nothing is left. */
  next(): boolean {
    let plan = this.#items.pop();
    while (plan?.cancelled) plan = this.#items.pop();
    if (!plan) return false;
    this.now = plan.at;
    plan.act();
    return true;
  }
}
