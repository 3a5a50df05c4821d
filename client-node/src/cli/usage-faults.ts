/** Everything that is wrong with what was typed, so that it is said at once, and not one thing after the other. */
import { GridError } from "@valence/shared/errors";
import { ValueError } from "@valence/shared/value";
import { UsageError } from "./exit-code.js";

export class UsageFaults {
  readonly #sentences: string[] = [];

  /** What `parse` gives; undefined when it refuses what was typed, which is noted. */
  async try<T>(parse: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await parse();
    } catch (error) {
      const expected = error instanceof UsageError || error instanceof GridError || error instanceof ValueError;
      if (!expected) throw error;
      this.note(error.message);
      return undefined;
    }
  }

  note(sentence: string): void {
    if (!this.#sentences.includes(sentence)) this.#sentences.push(sentence);
  }

  /** @throws UsageError with a line for each. */
  end(): void {
    if (this.#sentences.length > 0) throw new UsageError(this.#sentences.join("\n"));
  }
}
