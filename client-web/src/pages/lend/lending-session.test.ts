import { describe, expect, test } from "vitest";
import type { Lending, LendingView } from "../../volunteer/lending.js";
import { LendingSession } from "./lending-session.js";

/** Remembers what it was told, and goes where the test says. */
class FakeLending implements Lending {
  readonly told: string[] = [];
  readonly #listeners = new Set<(view: LendingView) => void>();
  view = new LendingSession(() => Promise.reject()).view.value;

  become(change: Partial<LendingView>): void {
    this.view = { ...this.view, ...change };
    for (const listener of this.#listeners) listener(this.view);
  }

  onChange(listener: (view: LendingView) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(threads: number): void {
    this.told.push(`start ${threads}`);
    this.become({ phase: "working", threads });
  }

  pause = () => void this.told.push("pause");
  resume = () => void this.told.push("resume");
  stop = () => void this.told.push("stop");
  setThreads = (threads: number) => void this.told.push(`threads ${threads}`);
}

describe("a tab's lending", () => {
  test("[U1] is not even loaded before the first start, and loaded once", async () => {
    let opened = 0;
    const fake = new FakeLending();
    const session = new LendingSession(async () => {
      opened += 1;
      return fake;
    });
    session.pause();
    session.stop();
    expect([opened, session.active.value]).toEqual([0, false]);
    const first = session.start(2);
    await Promise.all([first, session.start(3)]); // a second press of the same button
    expect([opened, fake.told, session.active.value]).toEqual([1, ["start 2"], true]);
    fake.become({ phase: "idle" });
    await session.start(4);
    expect([opened, fake.told]).toEqual([1, ["start 2", "start 4"]]);
  });

  test("shows what the volunteer says, and hands on what the visitor says", async () => {
    const fake = new FakeLending();
    const session = new LendingSession(async () => fake);
    await session.start(1);
    fake.become({ rate: 12, items: 34 });
    expect(session.view.value).toMatchObject({ rate: 12, items: 34 });
    session.pause();
    session.resume();
    session.setThreads(3);
    session.stop();
    expect(fake.told.slice(1)).toEqual(["pause", "resume", "threads 3", "stop"]);
    fake.become({ phase: "refused" });
    expect(session.active.value).toBe(false);
  });

  test("says so when it cannot be loaded, and tries again", async () => {
    const answers = [Promise.reject(new TypeError("404")), Promise.resolve(new FakeLending())];
    const session = new LendingSession(() => answers.shift() as Promise<Lending>);
    await session.start(1);
    expect([session.fault.value?.length, session.loading.value]).toEqual([expect.any(Number), false]);
    await session.start(1);
    expect([session.fault.value, session.active.value]).toEqual([null, true]);
  });
});
