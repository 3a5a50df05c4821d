/** How often each word is in a text: pairs of a word and its count, for `{"each": "sum"}`. */
import { defineAtom } from "@valence/shared/atom";

export default defineAtom<string, [word: string, count: number][]>({
  name: "word-count",
  payload: { type: "string" },
  process(text) {
    const counts = new Map<string, number>();
    for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
    return [...counts];
  },
});
