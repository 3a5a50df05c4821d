import { beforeEach, describe, expect, test } from "vitest";
import { Bench } from "./fixtures.js";

const PATIENT = { input: { kind: "list", total: 1 }, policy: { attemptsMax: 100, backoff: { baseMs: 0 } } } as const;

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

/** A volunteer comes, its worker dies over electron 0, and it leaves. */
function dieOn(identity: string, code: "worker_died" | "out_of_memory" | "error" = "worker_died"): void {
  bench.join(identity);
  bench.fail(identity, bench.granted(identity).lease, 0, { code });
  bench.say(identity, { type: "goodbye" });
  bench.commit();
  bench.at(bench.now + 1);
}

const lastStatus = () => bench.written.findLast((write) => write.type === "status")?.status;

describe("an electron whose worker dies of itself", () => {
  test("[B5] on three identities is a dead letter at once, whatever attempts it has left", () => {
    bench.submit(PATIENT);
    dieOn("ada");
    dieOn("bob", "out_of_memory");
    expect(bench.read()).toMatchObject({ state: "running", dead: 0 });
    dieOn("eve");
    expect(lastStatus()).toMatchObject({ state: "failed", dead: 1, error: { code: "dead_letter" } });
  });

  test("[B5] on one identity again and again, or by an error on others, goes on to its last attempt", () => {
    bench.submit(PATIENT);
    for (let i = 0; i < 5; i++) dieOn("ada");
    for (const identity of ["bob", "eve", "sue", "tom"]) dieOn(identity, "error");
    dieOn("bob");
    expect(bench.read()).toMatchObject({ state: "running", dead: 0 });
    dieOn("eve");
    expect(lastStatus()).toMatchObject({ state: "failed", dead: 1 });
  });

  test("[B5] [B8] is not forgotten when the coordinator starts again", () => {
    const spec = bench.submit(PATIENT);
    dieOn("ada");
    dieOn("bob");
    const kept = bench.kept();
    bench = new Bench(2);
    bench.restore(spec, kept);
    bench.at(1);
    dieOn("eve");
    expect(lastStatus()).toMatchObject({ state: "failed", dead: 1 });
  });

  test("[B5] [F8] may die on three more when a person retries it", () => {
    bench.submit({
      ...PATIENT,
      input: { kind: "list", total: 2 },
      policy: { ...PATIENT.policy, onFailure: { tolerate: 1 } },
    });
    for (const identity of ["ada", "bob", "eve"]) dieOn(identity);
    expect(bench.read().dead).toBe(1);
    bench.control("j1", { type: "retry", electron: 0 });
    dieOn("ada");
    dieOn("bob");
    expect(bench.read().dead).toBe(0);
    dieOn("eve");
    expect(bench.read().dead).toBe(1);
  });
});

test("[B8] an electron that is done after all is remembered no more", () => {
  bench.submit(PATIENT);
  dieOn("ada");
  expect(bench.kept().electrons).toHaveLength(1);
  bench.join("bob");
  bench.report("bob", bench.granted("bob").lease, 0, [1]);
  bench.commit();
  expect(bench.kept().electrons).toEqual([]);
});
