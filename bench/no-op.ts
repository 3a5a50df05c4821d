/** The job of `dispatch` and `ceiling`: no-op electrons of a list that was uploaded before, a small result of each kept. */
import { Readable } from "node:stream";
import type { Serving } from "@valence/e2e/processes";
import { cpuMicrosOf } from "./proc.js";
import type { Measures } from "./scenario.js";

const CHUNK_LENGTH = 64 * 1024;

/**
 * Uploads the list, and gives what computes it once: the clock runs from the submit to the job's end as the submitter sees it.
 *
 * @param processes whose CPU is counted, by the name of the measure, in microseconds an electron
 */
export async function noOpJob(
  { grid }: Serving,
  size: number,
  processes: Readonly<Record<string, { readonly pid?: number | undefined }>>,
): Promise<() => Promise<Measures>> {
  const atom = await grid.publish('export default { name: "no-op", process: ({ n }) => n };');
  const upload = await grid.upload(Readable.from(listLines(size), { objectMode: false }));
  return async () => {
    const before = Object.entries(processes).map(([name, one]) => [name, one, cpuMicrosOf(one)] as const);
    const began = performance.now();
    const job = await grid.submit({ atom: atom.id, input: { list: { upload: upload.id } } });
    await job.result();
    const rate = (size * 1_000) / (performance.now() - began);
    const micros = before.map(([name, one, was]) => [name, (cpuMicrosOf(one) - was) / size]);
    return { rate, ...Object.fromEntries(micros) };
  };
}

/** `count` lines `{"n": 0}`, `{"n": 1}`, …, in pieces of 64 KiB. */
function* listLines(count: number): Generator<Buffer, void, void> {
  let text = "";
  for (let n = 0; n < count; n++) {
    text += `{"n":${n}}\n`;
    if (text.length < CHUNK_LENGTH) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
}
