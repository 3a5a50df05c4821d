import { beforeEach, describe, expect, test } from "vitest";
import { BENCH_MS, BENCH_MS_MAX, BLAMES_MAX, STANDINGS_MAX } from "./blame.js";
import type { Outgoing } from "./effects.js";
import { Bench } from "./fixtures.js";

type Grant = Extract<Outgoing, { type: "grant" }>;

const POLICY = { attemptsMax: 100, backoff: { baseMs: 0 }, onFailure: { tolerate: 1 } } as const;

let bench: Bench;
const granted = new Map<string, Grant[]>();
beforeEach(() => {
  bench = new Bench();
  granted.clear();
});

const scoreOf = (identity: string, job = "j1") => bench.grid.audit.standings.get(`${identity} atom-${job}`)?.score ?? 0;

/** The leases that the session was granted and that are not over, in the order of work. */
function held(session: string): Grant[] {
  const open = [...(granted.get(session) ?? []), ...bench.told(session, "grant")].filter(
    ({ lease }) => bench.grid.audit.leases.get(lease)?.over === false,
  );
  granted.set(session, open);
  return open;
}

function head(session: string): Grant {
  const [first] = held(session);
  if (!first) throw new Error(`${session} holds nothing`);
  return first;
}

function failNext(session: string): number {
  const { lease, from } = head(session);
  bench.fail(session, lease, from);
  bench.commit();
  return from;
}

/** The next electron of a lease, which may have more. */
function finishOne(session: string, { lease, from }: Grant): void {
  const next = bench.grid.audit.leases.get(lease)?.next ?? from;
  bench.report(session, lease, next, [1]);
}

function finishNext(session: string): number {
  const { lease, from, to } = head(session);
  bench.report(session, lease, from, Array(to - from).fill(1));
  bench.commit();
  return from;
}

/** One electron that ada fails and bob then completes. */
function failAndComplete(): void {
  const failed = failNext("ada");
  bench.at(bench.now + 1);
  while (finishNext("bob") !== failed) bench.at(bench.now + 1);
}

describe("a failure", () => {
  test("[B1] counts against the volunteer once another identity completes the electron, and not before", () => {
    bench.submit({ policy: POLICY });
    bench.join("ada");
    bench.join("bob");
    failNext("ada");
    expect(scoreOf("ada")).toBe(0);
    bench.at(1);
    while (finishNext("bob") !== 0) expect(scoreOf("ada")).toBe(0);
    expect([scoreOf("ada"), scoreOf("bob")]).toEqual([1, 0]);
  });

  test("[B1] counts against nobody when the same identity completes the electron", () => {
    bench.submit({ input: { kind: "list", total: 1 }, policy: POLICY });
    bench.join("ada");
    failNext("ada");
    bench.at(1);
    finishNext("ada");
    expect(bench.grid.audit.standings.size).toBe(0);
  });

  test("[B1] counts against the electron once a second identity fails it, too", () => {
    bench.submit({ input: { kind: "list", total: 1 }, policy: POLICY });
    for (const session of ["ada", "bob", "eve"]) bench.join(session);
    for (const session of ["ada", "bob"]) {
      failNext(session);
      bench.at(bench.now + 1);
    }
    expect(finishNext("eve")).toBe(0);
    expect(bench.grid.audit.standings.size).toBe(0);
  });

  test("[B1] [B8] counts after a restart, too", () => {
    const spec = bench.submit({ input: { kind: "list", total: 2 }, policy: POLICY });
    bench.join("ada");
    failNext("ada");
    bench.say("ada", { type: "goodbye" });
    bench.commit();
    const kept = bench.kept();
    bench = new Bench(2);
    bench.restore(spec, kept);
    bench.join("bob");
    bench.at(1);
    finishNext("bob");
    finishNext("bob");
    expect(scoreOf("ada")).toBe(1);
  });
});

describe("a slot that fails one electron after the other", () => {
  beforeEach(() => {
    bench.submit({ input: { kind: "list", total: 1_000 }, policy: POLICY });
    bench.join("ada");
  });

  /** How long the slot waits after each of so many failures. */
  function waits(failures: number): number[] {
    return Array.from({ length: failures }, () => {
      failNext("ada");
      const since = bench.now;
      while (held("ada").length === 0) bench.at(bench.now + 1);
      return bench.now - since;
    });
  }

  test("[B4] waits while others complete some of that job, longer each time, until one succeeds", () => {
    bench.join("bob");
    expect(waits(1)).toEqual([0]);
    finishNext("bob");
    expect(waits(8)).toEqual([0, 10, 20, 40, 80, 100, 100, 100]);
    finishNext("ada");
    while (held("ada").length > 1) failNext("ada");
    expect(waits(1)).toEqual([0]);
  });

  test("[B4] does not wait where nobody completes any: it is the atom that fails", () => {
    bench.join("bob");
    expect(new Set(waits(50))).toEqual(new Set([0]));
  });

  test("[B4] leaves its slot to another job meanwhile", () => {
    bench.join("bob");
    failNext("ada");
    finishNext("bob");
    while (held("ada").length > 0) failNext("ada");
    bench.submit({ id: "j2" });
    expect(head("ada").job).toBe("j2");
  });
});

test("[B3] [B4] [F2] a host that fails whatever it gets, at once, does not eat a job, and soon gets no more", () => {
  const electrons = 400;
  bench.submit({ input: { kind: "list", total: electrons } });
  bench.join("ada");
  bench.join("bob");
  bench.join("eve");
  let failures = 0;
  for (let ms = 1; bench.grid.job("j1"); ms++) {
    expect(ms).toBeLessThan(60_000);
    bench.at(ms);
    for (const session of ["ada", "bob", "eve"]) {
      bench.grid.heard(session, { mono: ms, wall: 0 });
      const [lease] = held(session);
      if (!lease) continue;
      if (session === "ada") failures += 1;
      if (session === "ada") bench.fail("ada", lease.lease, lease.from);
      else if (ms % 20 === 0) finishOne(session, lease);
    }
    bench.commit();
  }
  const status = bench.written.findLast((write) => write.type === "status")?.status;
  expect(status).toMatchObject({ state: "succeeded", done: electrons, dead: 0 });
  expect(failures).toBeLessThan(electrons / 5);
});

test("[M1] blame is remembered of a number of identities at most, the newest", () => {
  const { standings } = bench.grid.audit;
  for (let i = 0; i < STANDINGS_MAX; i++) standings.set(`${i} atom-j1`, { score: 1, benches: 0, until: 0 });
  bench.submit({ policy: POLICY });
  bench.join("ada");
  bench.join("bob");
  failAndComplete();
  expect([standings.size, standings.has("0 atom-j1"), standings.has("1 atom-j1")]).toEqual([
    STANDINGS_MAX,
    false,
    true,
  ]);
  expect(scoreOf("ada")).toBe(1);
});

describe("a clock that ran out", () => {
  const HASTE = { ...POLICY, timeoutMs: 1_000 };

  /** Ada is silent from the start of her electron on; at 3,000 its clock runs out, and bob completes it. */
  function lapse(heardAgainAt: number | null): void {
    bench.submit({ input: { kind: "list", total: 1 }, policy: HASTE });
    bench.begin("ada");
    bench.join("bob");
    bench.commit();
    bench.at(3_000);
    if (heardAgainAt !== null) bench.beat("ada", heardAgainAt);
    bench.at(4_000);
    finishNext("bob");
  }

  test("[B2] counts against a volunteer that has been heard of since", () => {
    lapse(3_500);
    expect(scoreOf("ada")).toBe(1);
  });

  test("[B2] counts against nobody when the volunteer is not heard of: it may have been the link", () => {
    lapse(null);
    expect(scoreOf("ada")).toBe(0);
  });
});

describe("much blame", () => {
  const LARGE = { input: { kind: "list", total: 100_000 }, policy: { ...POLICY, timeoutMs: 80_000_000 } } as const;
  beforeEach(() => {
    bench.submit(LARGE);
    bench.join("ada");
    bench.join("bob");
  });

  const jobs = () => new Set(held("ada").map(({ job }) => job));

  /** Both stay connected. */
  function wait(untilMs: number): void {
    for (let ms = bench.now; ms < untilMs; ms += 10_000) for (const session of ["ada", "bob"]) bench.beat(session, ms);
    bench.at(untilMs);
  }

  const standing = () => bench.grid.audit.standings.get("ada atom-j1");

  /** Ada fails until she gets no more, and all that she still holds; gives the time until which. */
  function stop(): number {
    const benches = standing()?.benches ?? 0;
    while ((standing()?.benches ?? 0) === benches) failAndComplete();
    while (held("ada").length > 0) failNext("ada");
    return standing()!.until;
  }

  test("[B3] keeps a volunteer from that atom for a minute, and from no other", () => {
    const until = stop();
    expect(jobs()).toEqual(new Set());
    bench.submit({ ...LARGE, id: "j2", policy: { ...LARGE.policy, priority: "low" } });
    expect(jobs()).toEqual(new Set(["j2"]));
    bench.control("j2", { type: "cancel" });
    wait(until - 1);
    expect(jobs()).toEqual(new Set());
    bench.at(until);
    expect(jobs()).toEqual(new Set(["j1"]));
  });

  test("[B3] is forgotten with as many electrons completed, and twice as long the next time when it is not", () => {
    for (let times = 1; times < BLAMES_MAX; times++) failAndComplete();
    while (scoreOf("ada") > 0) finishNext("ada");
    for (let times = 1; times < BLAMES_MAX; times++) failAndComplete();
    expect(jobs()).toEqual(new Set(["j1"]));
    for (let lengthMs = BENCH_MS; lengthMs < 4 * BENCH_MS; lengthMs *= 2) {
      const until = stop();
      expect(Math.round((until - bench.now) / BENCH_MS) * BENCH_MS).toBe(lengthMs);
      wait(until - 1);
      expect(jobs()).toEqual(new Set());
      bench.at(until);
      expect(jobs()).toEqual(new Set(["j1"]));
    }
  });

  test("[B3] is one incident, whatever comes to light while the volunteer is kept off", () => {
    const until = stop();
    bench.at(bench.now + 1);
    for (let i = 0; i < 5; i++) finishNext("bob");
    expect(standing()).toEqual({ until, benches: 1, score: BLAMES_MAX - 1 });
  });

  test("[B3] keeps a volunteer off for an hour at most", () => {
    stop();
    standing()!.benches = 20;
    wait(standing()!.until);
    expect(stop() - bench.now).toBeGreaterThan(BENCH_MS_MAX - 1_000);
    expect(standing()!.until - bench.now).toBeLessThanOrEqual(BENCH_MS_MAX);
  });

  test("[B3] keeps nobody off who is alone", () => {
    stop();
    expect(jobs()).toEqual(new Set());
    bench.at(bench.now + 100); // a slot that fails has a rest
    expect(jobs()).toEqual(new Set());
    bench.say("bob", { type: "goodbye" });
    bench.commit();
    expect(jobs()).toEqual(new Set(["j1"]));
  });
});
