/** Paths of requests, and their queries. */

/** A path of fixed words and strangers' words, the latter escaped. */
export function pathOf(strings: TemplateStringsArray, ...words: string[]): string {
  return strings.reduce((path, text, i) => `${path}${encodeURIComponent(words[i - 1] ?? "")}${text}`);
}

/** With its question mark; empty when nothing is asked for. */
export function searchOf(query: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? "" : `?${search}`;
}
