import type { Down } from "@valence/shared/protocol/down";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Link } from "../api.js";
import type { Outgoing } from "../core/effects.js";
import { memoryLog } from "../testing/http-grid.js";
import { FLUSH_MS, Post, type ReadPayloads, UNSENT_BYTES_MAX } from "./post.js";

let logged: Record<string, unknown>[];
let post: Post;
let batches: Down[][];
let link: Link;
beforeEach(() => {
  logged = [];
  post = new Post(memoryLog(logged));
  batches = [];
  link = { send: (batch) => void batches.push([...batch]), sent: async () => {}, close: () => {} };
  post.attach("s1", link);
});

afterEach(() => {
  vi.restoreAllMocks();
});

const grant = (lease: number): Outgoing => {
  return { type: "grant", lease, job: "j1", slot: 0, from: 0, to: 1, attempt: 1 };
};
const ack = (lease: number): Outgoing => ({ type: "ack", lease, reported: 1 });
const bytes = (length: number) => new Uint8Array(length);
const leases = () =>
  batches.map((batch) => batch.map((message) => ("lease" in message ? message.lease : message.type)));

/** Payloads that come when the test says so. */
function held(): { read: ReadPayloads; give: (payloads: Uint8Array | Error) => void } {
  let give: (payloads: Uint8Array | Error) => void = () => {};
  const reading = new Promise<Uint8Array>((resolve, reject) => {
    give = (payloads) => (payloads instanceof Error ? reject(payloads) : resolve(payloads));
  });
  return { read: () => reading, give };
}

describe("messages of one session", () => {
  test("of a turn go together when it ends", async () => {
    post.put("s1", grant(1), null);
    post.put("s1", ack(2), null);
    await new Promise(setImmediate);
    expect(batches).toEqual([[{ ...grant(1), payloads: null }, ack(2)]]);
  });

  test("go together with payloads that are at hand", async () => {
    post.put("s1", ack(1), null);
    post.put("s1", grant(2), () => bytes(3));
    post.put("s1", grant(3), () => bytes(4));
    await new Promise(setImmediate);
    expect(batches).toEqual([[ack(1), { ...grant(2), payloads: bytes(3) }, { ...grant(3), payloads: bytes(4) }]]);
  });

  test("wait behind a grant that is being read, also those of later turns; those of other sessions do not", async () => {
    const others: Down[] = [];
    post.attach("s2", { ...link, send: (batch) => others.push(...batch) });
    const { read, give } = held();
    post.put("s1", ack(1), null);
    post.put("s1", grant(2), read);
    post.put("s1", ack(3), null);
    await new Promise(setImmediate);
    post.put("s1", ack(4), null);
    post.put("s2", ack(5), null);
    await new Promise(setImmediate);
    expect(leases()).toEqual([[1]]);
    expect(others).toEqual([ack(5)]);
    give(bytes(3));
    await vi.waitFor(() => expect(leases()).toEqual([[1], [2, 3, 4]]));
    expect(batches[1]?.[0]).toEqual({ ...grant(2), payloads: bytes(3) });
    post.put("s1", ack(6), null);
    await new Promise(setImmediate);
    expect(leases().at(-1)).toEqual([6]);
  });

  test("go on behind a grant that cannot be read, at once or later, which is logged", async () => {
    const { read, give } = held();
    post.put("s1", grant(1), read);
    post.put("s1", ack(2), null);
    post.put("s1", grant(3), () => {
      throw new Error("bad");
    });
    post.put("s1", ack(4), null);
    await new Promise(setImmediate);
    give(new Error("damaged"));
    await vi.waitFor(() => expect(leases()).toEqual([[2, 4]]));
    const line = (message: string) => ({ event: "payloads_unreadable", job: "j1", error: { message } });
    expect(logged).toMatchObject([line("damaged"), line("bad")]);
  });
});

test("links are told in turns of so many milliseconds, and what comes meanwhile for one that waits goes along", async () => {
  let nowMs = 0;
  vi.spyOn(performance, "now").mockImplementation(() => nowMs);
  const told: string[] = [];
  const slow = (name: string, ms: number): Link => {
    const send = (batch: readonly Down[]) => {
      told.push(`${name} ${batch.length}`);
      nowMs += ms;
    };
    return { ...link, send };
  };
  post.attach("s1", slow("s1", FLUSH_MS - 1));
  post.attach("s2", slow("s2", 1));
  post.attach("s3", slow("s3", 0));
  for (const session of ["s1", "s2", "s3"]) post.put(session, ack(1), null);
  setImmediate(() => post.put("s3", ack(2), null));
  await new Promise(setImmediate);
  expect(told).toEqual(["s1 1", "s2 1"]);
  await new Promise(setImmediate);
  expect(told).toEqual(["s1 1", "s2 1", "s3 2"]);
});

test("at the end all are told at once", () => {
  post.put("s1", ack(1), null);
  post.end();
  expect(leases()).toEqual([[1]]);
});

test("the first read of a link begins at once, so that it does not wait for what its turn commits; the next one when the link can take it", async () => {
  const [first, second] = [held(), held()];
  const begun: string[] = [];
  const noted = (name: string, read: ReadPayloads) => () => {
    begun.push(name);
    return read();
  };
  post.put("s1", ack(1), null);
  post.put("s1", grant(2), noted("first", first.read));
  post.put("s1", grant(3), noted("second", second.read));
  expect(begun).toEqual(["first"]);
  await new Promise(setImmediate);
  expect(begun).toEqual(["first"]);
  first.give(bytes(1));
  await vi.waitFor(() => expect(begun).toEqual(["first", "second"]));
  second.give(bytes(1));
  await vi.waitFor(() => expect(leases().flat()).toEqual([1, 2, 3]));
});

test("[H9] no more is read for a link that has not taken what was read before", async () => {
  let take = () => {};
  const sent = vi.fn(() => new Promise<void>((resolve) => (take = resolve)));
  post.attach("s1", { ...link, sent });
  let reads = 0;
  const read = async () => {
    reads += 1;
    return bytes(UNSENT_BYTES_MAX / 2);
  };
  for (let lease = 1; lease <= 5; lease++) post.put("s1", grant(lease), read);
  await vi.waitFor(() => expect(sent).toHaveBeenCalledTimes(1));
  expect(reads).toBe(2);
  take();
  await vi.waitFor(() => expect(sent).toHaveBeenCalledTimes(2));
  expect(reads).toBe(4);
  take();
  await vi.waitFor(() => expect(leases().flat()).toEqual([1, 2, 3, 4, 5]));
});

test("a link that is let go gets nothing more of what waits, and the next one nothing of the old", async () => {
  const { read, give } = held();
  post.put("s1", grant(1), read);
  post.put("s1", ack(2), null);
  await new Promise(setImmediate);
  const later: Down[] = [];
  const next = { ...link, send: (batch: readonly Down[]) => void later.push(...batch) };
  post.attach("s1", next);
  post.put("s1", ack(3), null);
  give(bytes(1));
  await new Promise(setImmediate);
  expect([batches, later]).toEqual([[], [ack(3)]]);
  expect(post.detach("s1", link)).toBe(false);
  expect(post.attached("s1", next)).toBe(true);
});
