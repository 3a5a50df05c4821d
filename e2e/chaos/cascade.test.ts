/** The cascade that worker pools are known for: work that moves from a client which dies to one which dies, too. */
import { expect, type OnTestFinishedHandler, test } from "vitest";
import { GATED_ATOM, Gate } from "../gate.js";
import { Stage, until } from "../processes.js";

const ELECTRONS = 25;

/** Three clients, each at an electron of its own that does not end, which leaves 22 that nobody has begun. */
async function threeAtWork(onTestFinished: (close: OnTestFinishedHandler) => void) {
  const [stage, gate] = [await Stage.open(), await Gate.open()];
  onTestFinished(() => gate.close());
  onTestFinished(() => stage.close());
  const serving = await stage.serve();
  const work = (name: string) => stage.work(serving, { name });
  const atom = await serving.grid.publish(GATED_ATOM);
  const clients = [work("first"), work("second"), work("third")] as const;
  await until("three clients", async () => (await serving.grid.volunteers()).length === 3);
  const input = { range: { from: 0, to: ELECTRONS, chunk: 1 } };
  const { params } = gate;
  const job = await serving.grid.submit<number>({ atom: atom.id, input, params, keep: true, reduce: "count" });
  await until("all three at work", () => gate.waiting === 3);
  return { gate, serving, job, clients };
}

type Scene = Awaited<ReturnType<typeof threeAtWork>>;

async function leased({ job }: Scene): Promise<number> {
  return (await job.view()).progress.leased;
}

/** All 25 are done, once each, by one volunteer, and that is the third. */
async function expectAllOnThird({ gate, serving, job, clients }: Scene): Promise<void> {
  const [, , third] = clients;
  gate.letAllPass();
  expect(await job.result()).toBe(ELECTRONS);
  const lines: { electron: number; result: unknown; volunteer: string }[] = [];
  for await (const line of job.results()) lines.push(line);
  const all = Array.from({ length: ELECTRONS }, (_, i) => i);
  expect(lines.map(({ electron }) => electron)).toEqual(all);
  expect(lines.map(({ result }) => result)).toEqual(all);
  const [survivor] = await serving.grid.volunteers();
  expect(new Set(lines.map(({ volunteer }) => volunteer))).toEqual(new Set([survivor?.volunteer]));
  expect(gate.passed(third).toSorted((a, b) => a - b)).toEqual(all);
}

test.concurrent("[K1] [G1] of three clients one is killed, and the second at the very electron that it inherits from the first: all 25 end on the third, once each", async ({
  onTestFinished,
}) => {
  const scene = await threeAtWork(onTestFinished);
  const { gate, clients } = scene;
  const [first, second] = clients;
  const inherited = gate.at(first);
  await first.end("SIGKILL");
  await until("its electron to be ready again", async () => (await leased(scene)) === 2);
  // What was tried before is leased before what was not, so whoever is free now gets it; the third is not.
  gate.standAside(second);
  await until("the second to be at it", () => gate.at(second) === inherited);
  await second.end("SIGKILL");
  await expectAllOnThird(scene);
}, 120_000);

test.concurrent("[K1] [G1] the second is killed while what the first one held is not ready again yet: all 25 end on the third, once each", async ({
  onTestFinished,
}) => {
  const scene = await threeAtWork(onTestFinished);
  const { serving, clients } = scene;
  const [first, second] = clients;
  await first.end("SIGKILL");
  await until("its end to be noticed", async () => (await serving.grid.volunteers()).length === 2);
  await second.end("SIGKILL");
  await until("the second one's, too", async () => (await serving.grid.volunteers()).length === 1);
  await expectAllOnThird(scene);
}, 120_000);
