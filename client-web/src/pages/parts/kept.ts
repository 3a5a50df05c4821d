/** A text that the browser keeps for this page, if it keeps anything: some do not, and say so by throwing, at the mention of a storage already. */

/** For as long as the tab lives, or until someone deletes it. */
type Store = "sessionStorage" | "localStorage";

export type Kept = {
  /** Null when there is none, or it cannot be read. */
  read(): string | null;
  /** Null takes it away. Where nothing is kept, nothing happens: the next `read` gives what it gave before. */
  write(text: string | null): void;
};

export function kept(store: Store, key: string): Kept {
  return {
    read() {
      try {
        return globalThis[store].getItem(key);
      } catch {
        return null;
      }
    },
    write(text) {
      try {
        if (text === null) globalThis[store].removeItem(key);
        else globalThis[store].setItem(key, text);
      } catch {
        // Whoever asks again gets what was kept before, if anything.
      }
    },
  };
}
