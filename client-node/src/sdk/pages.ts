/** Lists that a coordinator gives in pages, as one stream that asks for a page when it is reached. */
import * as z from "zod";
import type { Call, HttpLink } from "./http-link.js";

const PAGE_ITEMS = 100;

/**
 * @param cursor the query parameter by which the next page is asked for
 * @param limit how many items at most, over all pages
 */
export async function* readPages<T>(
  http: HttpLink,
  call: Call,
  {
    item,
    cursor,
    limit = Number.POSITIVE_INFINITY,
  }: { item: z.ZodType<T>; cursor: string; limit?: number | undefined },
): AsyncGenerator<T, void, void> {
  const page = z.object({ items: z.array(item), next: z.string().nullable() });
  let next: string | null = null;
  let rest = limit;
  while (rest > 0) {
    const query: Call["query"] = { ...call.query, limit: Math.min(rest, PAGE_ITEMS), [cursor]: next ?? undefined };
    const read: z.infer<typeof page> = await http.read({ ...call, query }, page);
    yield* read.items;
    rest -= read.items.length;
    next = read.next;
    if (next === null) return;
  }
}
