/** Kept results of a job as one stream, whatever happens to the connections under it. */
import { type PropertiesView, propertiesView } from "@valence/shared/job-view";
import type { HttpLink } from "./http-link.js";
import { pathOf } from "./http-path.js";
import { linesOf } from "./ndjson.js";
import { resumed } from "./resumed.js";

/** Which results, and in which order; without a field, all that are there, in item order. */
export type ResultsQuery = {
  /** Wait for more until the job ends; results come in the order of their commits. Else those of now, in item order. */
  readonly follow?: boolean | undefined;
  /** First item. */
  readonly from?: number | undefined;
  /** The item after the last one. */
  readonly to?: number | undefined;
  /** Only what comes after the line with this cursor. */
  readonly after?: string | undefined;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Each line once. The first request must succeed; when the connection breaks later, the stream goes on after the last line
 * that arrived, for as long as it takes.
 */
export function readResults(
  http: HttpLink,
  job: string,
  { follow = false, from, to, after, signal }: ResultsQuery,
): AsyncGenerator<PropertiesView, void, void> {
  let cursor = after;
  const open = async () => {
    const query = { follow: follow ? 1 : undefined, from, to, after: cursor };
    const { body } = await http.open({ path: pathOf`/jobs/${job}/results`, query, signal });
    return propertiesOf({ http, body, signal }, (next) => {
      cursor = next;
    });
  };
  return resumed(open, signal);
}

/** What breaks the stream is an UnreachableError: the lines so far are good, and the rest can be asked for. */
async function* propertiesOf(
  { http, body, signal }: { http: HttpLink; body: AsyncIterable<Uint8Array>; signal: AbortSignal | undefined },
  onCursor: (cursor: string) => void,
): AsyncGenerator<PropertiesView, void, void> {
  const lines = linesOf(body);
  try {
    for (;;) {
      const { done, value } = await lines.next().catch((cause) => {
        throw signal?.aborted === true ? signal.reason : http.unreachable(cause);
      });
      if (done === true) return;
      const properties = parsed(http, value);
      onCursor(properties.cursor);
      yield properties;
    }
  } finally {
    await lines.return();
  }
}

function parsed(http: HttpLink, line: string): PropertiesView {
  try {
    return propertiesView.parse(JSON.parse(line));
  } catch (cause) {
    throw http.unknown("a line of its results has another form", cause);
  }
}
