/** What was set last, by key, and no more than so many of them: the one that was not set for the longest time goes first. Pure. */
export class Recent<Key, Value> {
  readonly #max: number;
  readonly #values: Map<Key, Value>;

  /** `entries` as `entries()` gave them; of more than `max` the last ones stay. */
  constructor(max: number, entries: readonly (readonly [Key, Value])[] = []) {
    this.#max = max;
    this.#values = new Map(entries.slice(-max));
  }

  get(key: Key): Value | undefined {
    return this.#values.get(key);
  }

  set(key: Key, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.#max && oldest !== undefined) this.#values.delete(oldest);
  }

  /** The last set comes last. */
  entries(): readonly (readonly [Key, Value])[] {
    return [...this.#values];
  }

  clear(): void {
    this.#values.clear();
  }
}
