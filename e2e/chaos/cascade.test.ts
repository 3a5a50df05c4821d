/** The cascade that worker pools are known for: work that moves from a client which dies to one which dies, too. */
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { volunteersOf } from "../browser/lending.js";
import { type Running, Stage, until } from "../processes.js";

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

const ELECTRONS = 25;
const ATOM =
  'export default { name: "slow", process: () => new Promise((resolve) => setTimeout(() => resolve(1), 500)) };';

test("[K1] [G1] of three clients one is killed, and another while the work of the first is requeued: all 25 electrons end on the third, once each", async () => {
  const serving = await stage.serve();
  const atom = await serving.grid.publish(ATOM);
  const [first, second, third] = ["first", "second", "third"].map((name) => {
    const client = stage.work(serving, { name });
    return { client, electrons: electronsOf(client) };
  });
  await until("three clients", async () => (await volunteersOf(serving)).length === 3);
  const input = { range: { from: 0, to: ELECTRONS, chunk: 1 } };
  const job = await serving.grid.submit({ atom: atom.id, input, keep: true, reduce: "count" });
  await until("all three at work", () => [first, second, third].every((each) => each!.electrons.length > 0));

  await first!.client.end("SIGKILL");
  third!.client.process.kill("SIGSTOP"); // so that it is the second who inherits
  const inherited = await until("the second to be at what the first one held", () => {
    const both = second!.electrons.filter((electron) => first!.electrons.includes(electron));
    return both.length > 0 && both;
  });
  await second!.client.end("SIGKILL");
  third!.client.process.kill("SIGCONT");

  expect(await job.result()).toBe(ELECTRONS);
  const lines: { electron: number; end: string; volunteer: string }[] = [];
  for await (const line of job.results()) lines.push(line);
  expect(lines.map(({ electron }) => electron)).toEqual(Array.from({ length: ELECTRONS }, (_, i) => i));
  const last = lines.toSorted((a, b) => (a.end < b.end ? -1 : 1)).at(-1)!;
  const heirs = lines.filter(({ electron }) => inherited.includes(electron)).map(({ volunteer }) => volunteer);
  expect(new Set(heirs)).toEqual(new Set([last.volunteer]));
  expect(third!.electrons).toEqual(expect.arrayContaining([...inherited]));
});

/** Of the leases that the client began to work on; grows. */
function electronsOf({ process: client }: Running): readonly number[] {
  const electrons: number[] = [];
  createInterface({ input: client.stdout! }).on("line", (line) => {
    const { type, from, to } = JSON.parse(line) as { type: string; from: number; to: number };
    if (type === "lease") for (let electron = from; electron < to; electron++) electrons.push(electron);
  });
  return electrons;
}
