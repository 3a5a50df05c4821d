/** Items per second over the last minute, and how sure that is. */

const WINDOW_S = 60;
/** A rate that was measured for less says nothing of the time left: an item that comes 40 ms after the first lease is not 25 a second. */
const MEASURED_MS_MIN = 3_000;

export class RateMeter {
  /** Items that came in second `s` stand at `s % WINDOW_S`, if `#seconds` says the same second. */
  readonly #items = new Float64Array(WINDOW_S);
  readonly #seconds = new Float64Array(WINDOW_S).fill(-1);
  #startedAt: number | null = null;

  /** Somebody is at work on the first items, so that time counts from now on. Only the first call does anything. */
  begin(nowMs: number): void {
    this.#startedAt ??= nowMs;
  }

  add(items: number, nowMs: number): void {
    this.begin(nowMs); // after a restart, what was leased before it comes without a beginning
    const second = Math.floor(nowMs / 1_000);
    const index = second % WINDOW_S;
    if (this.#seconds[index] !== second) {
      this.#seconds[index] = second;
      this.#items[index] = 0;
    }
    this.#items[index] = (this.#items[index] as number) + items;
  }

  /** Items per second over the last `windowMs` (at most a minute), or since the beginning if that is less. */
  over(windowMs: number, nowMs: number): number {
    if (this.#startedAt === null) return 0;
    const since = Math.max(this.#startedAt, nowMs - windowMs);
    let items = 0;
    for (let i = 0; i < WINDOW_S; i++) {
      if ((this.#seconds[i] as number) >= Math.floor(since / 1_000)) items += this.#items[i] as number;
    }
    return (items * 1_000) / Math.max(250, nowMs - since);
  }

  /**
   * When `left` items will be done, in milliseconds from now: between the best and the worst of what was seen lately. Null until it
   * has measured for 3 s, and when nothing has come for a minute.
   */
  eta(left: number, nowMs: number): { lowMs: number; highMs: number } | null {
    if (this.#startedAt === null || nowMs - this.#startedAt < MEASURED_MS_MIN) return null;
    const rates = [this.over(5_000, nowMs), this.over(20_000, nowMs), this.over(60_000, nowMs)].filter((r) => r > 0);
    if (rates.length === 0) return null;
    return {
      lowMs: Math.round((left * 1_000) / Math.max(...rates)),
      highMs: Math.round((left * 1_100) / Math.min(...rates)),
    };
  }
}
