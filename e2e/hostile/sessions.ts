/**
 * Volunteers that join as they should, are given leases, and then say what is late, early, repeated, another's or long over; each ends with
 * something that no honest client says. They have no part in the honest job: what they get of it goes back at once.
 */
import { setImmediate as turn } from "node:timers/promises";
import { FakeVolunteer } from "@valence/coordinator/testing/socket-grid";
import { ERRORS } from "@valence/shared/errors";
import { BATCH_MESSAGES_MAX, MESSAGE_BYTES_MAX } from "@valence/shared/limits";
import { packMicros, packValues } from "@valence/shared/pack";
import { decodeUp, encodeBatch } from "@valence/shared/protocol/batch";
import type { Down } from "@valence/shared/protocol/down";
import type { Up } from "@valence/shared/protocol/up";
import fc from "fast-check";
import { damaged } from "./arbitrary.js";
import { drawn } from "./drawn.js";
import { anyUp, anyWrong } from "./wire.js";

type Grant = Extract<Down, { type: "grant" }>;
type Report = Extract<Up, { type: "report" }>;

/** One life of a hostile session: what it says, and how it ends. */
type Life = { readonly plans: Iterable<Plan>; readonly end: readonly unknown[] };
type Plan = { readonly how: number; readonly at: number; readonly by: number; readonly message: Up };

const plan: fc.Arbitrary<Plan> = fc.record({
  how: fc.nat({ max: 9 }),
  at: fc.nat(),
  by: fc.integer({ min: -40, max: 40 }),
  // A hello or a goodbye would end what the link still has to say.
  message: anyUp.filter(({ type }) => type !== "hello" && type !== "goodbye"),
});

const anyBatch = anyUp.map((message) => encodeBatch([message]));
const anyBytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
/** Arguments of the last event: the first is its name. */
const end: fc.Arbitrary<readonly unknown[]> = fc.oneof(
  fc
    .oneof(anyWrong, damaged(anyBatch), anyBytes)
    .filter(cannotBeRead)
    .map((bytes) => ["batch", bytes]),
  fc.tuple(fc.constantFrom("batches", "message", "error", "__proto__"), anyBatch),
  fc.tuple(fc.constant("batch"), fc.jsonValue()),
  fc.tuple(fc.constant("batch"), anyBatch, anyBatch),
);
/** Just over each limit of a batch. */
const TOO_LARGE = [
  new Uint8Array(MESSAGE_BYTES_MAX + 1),
  new Uint8Array([
    0xdc,
    (BATCH_MESSAGES_MAX + 1) >> 8,
    (BATCH_MESSAGES_MAX + 1) & 0xff,
    ...new Array(BATCH_MESSAGES_MAX + 1).fill(0xc0),
  ]),
];

function cannotBeRead(bytes: Uint8Array): boolean {
  try {
    decodeUp(bytes);
    return false;
  } catch {
    return true;
  }
}

const SAID_IN_A_LIFE = 400;
const AT_A_TIME = 8;
/** Leases of lives that are over are remembered, so that others speak of them. */
const OLD_MAX = 1_000;
/** No coordinator ever grants it. */
const FENCE = Number.MAX_SAFE_INTEGER - 1;

export type Storm = { readonly url: string; readonly spared: string; readonly count: number; readonly seed: number };

/** Says `count` messages at least; gives how many, when the coordinator has taken or refused the last of them. */
export async function hostileSessions({ url, spared, count, seed }: Storm): Promise<number> {
  const lives = Math.ceil(count / (SAID_IN_A_LIFE + 1));
  /** Leases of lives that are over. */
  const old: Grant[] = [];
  let begun = 0;
  let said = 0;
  const live = async () => {
    while (begun < lives) {
      const n = begun++;
      const plans = drawn(plan, { count: SAID_IN_A_LIFE, seed: seed + n * 1_000 });
      const [last = []] = fc.sample(end, { numRuns: 1, seed: seed + n });
      const tooLarge = TOO_LARGE[n];
      const messages = await liveOnce({ url, spared, old }, { plans, end: tooLarge ? ["batch", tooLarge] : last });
      said += messages;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, live));
  return said;
}

type Around = { readonly url: string; readonly spared: string; readonly old: Grant[] };

async function liveOnce({ url, spared, old }: Around, { plans, end: [event, ...args] }: Life): Promise<number> {
  const volunteer = new FakeVolunteer({ url });
  const own: Grant[] = [];
  const jobs = new Map<string, string>();
  const wait = waiting();
  volunteer.onMessage = (message) => {
    if (message.type === "job") jobs.set(message.job, message.atom);
    if (message.type === "job" && message.atom === spared) decline(volunteer, spared);
    if (message.type === "grant" && jobs.get(message.job) !== spared) own.push(message);
    wait.heard(message, own.length);
  };
  await volunteer.join();
  volunteer.say({ type: "holding", leases: [] });
  await wait.granted;
  const said = trueReport(own[0] as Grant);
  volunteer.say(said);
  for (const batch of batches(plans)) {
    volunteer.say(...batch.map((each) => hostile(each, { own, old, said })));
    await turn(); // what came meanwhile is heard
  }
  // When this is answered, all that was said before is taken or left, and the link lives.
  volunteer.say({ type: "report", lease: FENCE, first: 0, parts: [], failure: null });
  await wait.fenced;
  volunteer.socket.emit(String(event), ...args);
  await wait.refused;
  old.push(...own);
  old.splice(0, old.length - OLD_MAX);
  return SAID_IN_A_LIFE + 1;
}

/** Of one to 64 messages. */
function* batches(plans: Iterable<Plan>): Generator<Plan[]> {
  let batch: Plan[] = [];
  for (const each of plans) {
    batch.push(each);
    if (batch.length <= (batch[0]?.at ?? 0) % 64) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** What a life waits for, in this order. A refusal that comes before its time fails it. */
function waiting() {
  const [granted, fenced, refused] = [deferred(), deferred(), deferred()];
  const heard = (message: Down, grants: number) => {
    if (grants > 0) granted.resolve();
    if (message.type === "revoke" && message.lease === FENCE) fenced.resolve();
    if (message.type !== "refuse") return;
    if (Object.hasOwn(ERRORS, message.code) && message.code !== "internal") refused.resolve();
    for (const each of [granted, fenced, refused])
      each.reject(new Error(`refused too early, or by a fault: ${message.code} ${message.message}`));
  };
  return { granted: granted.promise, fenced: fenced.promise, refused: refused.promise, heard };
}

/** Settles once, and may be waited for later. */
function deferred() {
  let resolve = () => {};
  let reject = (_: Error) => {};
  const promise = new Promise<void>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}

/** As one that will not run the atom: it is asked no more on this link. */
function decline(volunteer: FakeVolunteer, atom: string): void {
  volunteer.say({ type: "decline", atom, code: "foreign_atom", message: "not mine" });
}

/** The first electron of the lease is done. */
function trueReport({ lease, from }: Grant): Report {
  return { type: "report", lease, first: from, parts: [partOf(1)], failure: null };
}

function partOf(count: number): Report["parts"][number] {
  const values = new Array<number>(count).fill(1);
  return { count, micros: packMicros(values), values: packValues(values) };
}

type Known = { readonly own: readonly Grant[]; readonly old: readonly Grant[]; readonly said: Report };

/** Can be read, and is not what the coordinator waits for. */
function hostile({ how, at, by, message }: Plan, { own, old, said }: Known): Up {
  const grant = own[at % own.length] as Grant;
  const before = old[at % Math.max(1, old.length)];
  const near = Math.max(0, grant.lease + by);
  if (how === 0) return said;
  if (how === 1) return gapped(grant, said);
  if (how === 2) return { type: "start", lease: grant.lease };
  if (how === 3) return { type: "start", lease: near };
  if (how === 4) return before ? { ...trueReport(before), parts: [partOf(1 + Math.abs(by))] } : said;
  if (how === 5) return { type: "return", lease: before?.lease ?? near };
  if (how === 6) return { type: "return", lease: near };
  if (how === 7) return { type: "holding", leases: [near, before?.lease ?? near, grant.lease] };
  return message;
}

/** Leaves electrons out; where there are too few, what was said is said again. */
function gapped({ lease, from, to }: Grant, said: Report): Report {
  return to - from > 2 ? { ...said, lease, first: to - 1 } : said;
}
