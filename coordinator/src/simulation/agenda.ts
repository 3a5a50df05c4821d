/** Virtual time: what happens when, in the order of time and then of planning. */
export class Agenda {
  readonly #items: { readonly at: number; readonly act: () => void }[] = [];
  now = 0;

  /** Plans `act` for `ms` milliseconds from now, rounded up: virtual time is whole, so that equal times stay equal. */
  after(ms: number, act: () => void): void {
    const at = this.now + Math.max(0, Math.ceil(ms));
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#items[middle]?.at ?? 0) > at) low = middle + 1;
      else high = middle;
    }
    this.#items.splice(low, 0, { at, act }); // latest first, so that the next one is popped
  }

  /** Does what comes next; false when nothing is left. */
  next(): boolean {
    const item = this.#items.pop();
    if (!item) return false;
    this.now = item.at;
    item.act();
    return true;
  }
}
