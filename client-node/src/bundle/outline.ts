/** Runs its author's own module in a thread, to learn the name and the schema that it computes. Strangers' code never comes here. */
import { Worker } from "node:worker_threads";
import * as z from "zod";

const RUN_MS_MAX = 2_000;

/** What the thread found: an atom whose schema is plain JSON. */
const outline = z.object({ name: z.string(), payload: z.record(z.string(), z.unknown()).optional() });
export type Outline = z.infer<typeof outline>;

/** Null when the module throws, takes too long, or exports no atom. */
export async function readOutline(source: string): Promise<Outline | null> {
  const url = new URL("./outline-thread.js", import.meta.url);
  const thread = new Worker(url, { workerData: source, stdout: true, stderr: true, env: {} });
  const timer = setTimeout(() => thread.terminate(), RUN_MS_MAX);
  try {
    const { success, data } = outline.safeParse(await answerOf(thread));
    return success ? withoutDialect(data) : null;
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}

function answerOf(thread: Worker): Promise<unknown> {
  return new Promise((resolve) => {
    thread.once("message", resolve);
    thread.once("error", () => resolve(null));
    thread.once("exit", () => resolve(null));
  });
}

/** Makers of schemas name the dialect at the top, which is not among the keywords that an atom may use. */
function withoutDialect({ name, payload }: Outline): Outline {
  if (payload === undefined) return { name };
  const { $schema: _dialect, ...schema } = payload;
  return { name, payload: schema };
}
