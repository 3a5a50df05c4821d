import { GridError } from "@valence/shared/errors";
import { MESSAGE_BYTES_MAX } from "@valence/shared/limits";
import type { Up } from "@valence/shared/protocol/up";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TOKEN } from "../testing/http-grid.js";
import { closing, FakeVolunteer, type SocketGrid, socketGrid } from "../testing/socket-grid.js";
import { ownerOf } from "../tokens.js";

const start = (lease: number): Up => ({ type: "start", lease });
let grid: SocketGrid;
let ada: FakeVolunteer;
beforeEach(async () => {
  grid = await socketGrid({ pace: { pingIntervalMs: 50, pingTimeoutMs: 2_000 } });
  ada = new FakeVolunteer(grid);
});
afterEach(async () => {
  ada.socket.disconnect();
  await grid.close();
});

function callsOf(index = 0): unknown[] {
  return grid.joined[index]!.calls.filter((call) => call !== "heard");
}

describe("joining", () => {
  test("a link begins with a challenge of 32 bytes, another one each time", async () => {
    const bob = new FakeVolunteer(grid);
    const [first, second] = await Promise.all([ada.until("challenge"), bob.until("challenge")]);
    bob.socket.disconnect();
    expect(first).toMatchObject({ nonce: expect.objectContaining({ length: 32 }) });
    expect(first).not.toEqual(second);
  });

  test("a signed hello joins, is welcome, and the rest of its batch follows", async () => {
    await ada.until("challenge");
    ada.say(ada.hello(), { type: "holding", leases: [7] }, start(7));
    await ada.until("welcome");
    expect(grid.joined[0]?.hello).toEqual({
      session: ada.session,
      identity: Buffer.from(ada.identity).toString("hex"),
      slots: 4,
      agent: "test",
      owner: null,
    });
    expect(callsOf()).toEqual([{ type: "holding", leases: [7] }, start(7)]);
  });

  test("welcome goes before whatever the grid sends while it lets the session in", async () => {
    grid.onJoin = ({ link }) => link.send([{ type: "revoke", lease: 3, kill: true, code: "job_ended" }]);
    await ada.join();
    await ada.until("revoke");
    expect(ada.heard.map(({ type }) => type)).toEqual(["challenge", "welcome", "revoke"]);
  });

  test("the token that a hello shows makes its holder the owner", async () => {
    await ada.until("challenge");
    ada.say(ada.hello(TOKEN));
    await ada.until("welcome");
    expect(grid.joined[0]?.hello.owner).toBe(ownerOf(TOKEN));
  });
});

describe("a refusal says why, whether to come back, and closes", () => {
  test.each<[string, (volunteer: FakeVolunteer) => Up[]]>([
    ["bad_message", () => [start(1)]],
    ["bad_message", (v) => [start(1), v.hello()]],
    ["bad_message", (v) => [v.hello(), v.hello()]],
    ["bad_signature", (v) => [{ ...v.hello(), session: "0".repeat(32) }]],
    ["bad_signature", (v) => [{ ...v.hello(), signature: new Uint8Array(64) }]],
    ["bad_signature", (v) => [{ ...v.hello(), signature: new Uint8Array(63) }]],
    ["bad_signature", (v) => [{ ...v.hello(), identity: new Uint8Array(31) }]],
    ["bad_signature", (v) => [{ ...v.hello(), identity: new Uint8Array(32) }]],
    ["forbidden", (v) => [v.hello("wrong")]],
  ])("%s, fatal", async (code, messages) => {
    await ada.until("challenge");
    ada.say(...messages(ada));
    expect(await ada.until("refuse")).toMatchObject({ code, retryMs: null });
    await closing(ada.socket);
    expect(grid.logged).toMatchObject([{ event: "socket_refused", code, namespace: "/volunteer" }]);
  });

  test("[H6] a signature of another link's nonce is not this link's", async () => {
    const bob = new FakeVolunteer(grid);
    await Promise.all([ada.until("challenge"), bob.until("challenge")]);
    ada.say(bob.hello());
    bob.socket.disconnect();
    expect(await ada.until("refuse")).toMatchObject({ code: "bad_signature" });
  });

  test.each<[string, unknown[]]>([
    ["batch", []],
    ["batch", ["text"]],
    ["batch", [[1, 2]]],
    ["batch", [new Uint8Array([0xdc, 0, 0]), 1]],
    ["batch", [new Uint8Array([0xdc, 0, 0]), new Uint8Array(1)]],
    ["batch", [new Uint8Array([0xc1])]],
    ["batch", [new Uint8Array(0)]],
    ["other", [new Uint8Array([0xdc, 0, 0])]],
    ["error", [new Uint8Array([0xdc, 0, 0])]],
  ])("the event %s with %j is a bad message", async (event, args) => {
    await ada.join();
    ada.socket.emit(event, ...args);
    expect(await ada.until("refuse")).toMatchObject({ code: "bad_message", retryMs: null });
    await closing(ada.socket);
    expect(callsOf()).toEqual(["cut"]);
    expect(grid.logged).toHaveLength(1);
  });

  test("an acknowledgement that is asked for is a bad message", async () => {
    await ada.join();
    ada.socket.emit("batch", new Uint8Array([0xdc, 0, 0]), () => {});
    expect(await ada.until("refuse")).toMatchObject({ code: "bad_message" });
  });

  test("a batch at the limit is read, one byte more is too large by name", async () => {
    await ada.join();
    ada.socket.emit("batch", new Uint8Array(MESSAGE_BYTES_MAX));
    expect(await ada.until("refuse")).toMatchObject({ code: "bad_message" });
    const bob = await new FakeVolunteer(grid).join();
    bob.socket.emit("batch", new Uint8Array(MESSAGE_BYTES_MAX + 1));
    expect(await bob.until("refuse")).toMatchObject({ code: "message_too_large", retryMs: null });
  });

  test("a session that another identity holds is refused by the grid", async () => {
    grid.onJoin = () => {
      throw new GridError("session_in_use", "Held by another identity.");
    };
    await ada.until("challenge");
    ada.say(ada.hello());
    expect(await ada.until("refuse")).toMatchObject({ code: "session_in_use", message: "Held by another identity." });
  });

  test("what passes by itself may be tried again", async () => {
    grid.onJoin = () => {
      throw new GridError("overloaded", "Full.", { details: { retryAfterMs: 700 } });
    };
    await ada.until("challenge");
    ada.say(ada.hello());
    expect(await ada.until("refuse")).toMatchObject({ code: "overloaded", retryMs: 700 });
  });

  test("a bug leaves without its text, is logged, and may be tried again", async () => {
    grid.onReceive = () => {
      throw new TypeError("secret of the inside");
    };
    await ada.join();
    ada.say(start(1));
    expect(await ada.until("refuse")).toMatchObject({ code: "internal", retryMs: 5_000 });
    expect(JSON.stringify(ada.heard)).not.toContain("secret");
    expect(grid.logged).toMatchObject([{ event: "socket_bug", error: { message: "secret of the inside" } }]);
  });

  test("[H7] nothing of a batch is taken after the message that was refused", async () => {
    await ada.join();
    ada.say(start(1), ada.hello(), start(2));
    await ada.until("refuse");
    expect(callsOf()).toEqual([start(1), "cut"]);
  });

  test("another version of the protocol is refused before the link begins", async () => {
    for (const auth of [{ version: 2 }, { version: "1" }, {}]) {
      const { socket } = new FakeVolunteer(grid, { auth });
      const error = await new Promise<unknown>((resolve) => socket.once("connect_error", resolve));
      expect(error).toMatchObject({
        data: { code: "protocol_version", message: expect.stringContaining("version 1") },
      });
      socket.disconnect();
    }
  });
});

describe("a joined link", () => {
  test("carries batches both ways", async () => {
    await ada.join();
    ada.say(start(1), start(2));
    grid.joined[0]!.link.send([{ type: "ack", lease: 1, reported: 5 }, { type: "bye" }]);
    await ada.until("bye");
    await vi.waitFor(() => expect(callsOf()).toEqual([start(1), start(2)]));
  });

  test("sends what is larger than one batch as several", async () => {
    await ada.join();
    const payloads = new Uint8Array(3 * 1024 * 1024);
    const grant = { type: "grant", job: "j", slot: 0, from: 0, to: 1, attempt: 1, payloads } as const;
    grid.joined[0]!.link.send([{ ...grant, lease: 1 }, { ...grant, lease: 2 }, { type: "bye" }]);
    await ada.until("bye");
    expect(ada.heard.filter(({ type }) => type === "grant")).toHaveLength(2);
  });

  test("is heard with every packet, and without messages by its pongs", async () => {
    await ada.join();
    await vi.waitFor(() => expect(grid.joined[0]!.calls.filter((call) => call === "heard").length).toBeGreaterThan(2));
    expect(callsOf()).toEqual([]);
  });

  test("is cut once when its socket closes, and sends nothing after", async () => {
    await ada.join();
    ada.socket.disconnect();
    await vi.waitFor(() => expect(callsOf()).toEqual(["cut"]));
    grid.joined[0]!.link.send([{ type: "bye" }]);
    expect(callsOf()).toEqual(["cut"]);
  });

  test("is told when another link takes its session over, and is not cut for that", async () => {
    await ada.join();
    grid.joined[0]!.link.close("taken");
    expect(await ada.until("refuse")).toMatchObject({ code: "session_in_use", retryMs: null });
    await closing(ada.socket);
    expect(callsOf()).toEqual([]);
  });

  test("that cannot send what the grid says ends as a bug", async () => {
    await ada.join();
    grid.joined[0]!.link.send([{ type: "grant", payloads: new Uint8Array(MESSAGE_BYTES_MAX) } as never]);
    expect(await ada.until("refuse")).toMatchObject({ code: "internal" });
    expect(grid.logged).toMatchObject([{ event: "socket_bug" }]);
  });
});

describe("[H9] what was sent to a volunteer", () => {
  type Raw = { pause(): void; resume(): void; terminate(): void };
  const rawOf = ({ socket }: FakeVolunteer) => (socket.io.engine.transport as unknown as { ws: Raw }).ws;
  const payloads = new Uint8Array(MESSAGE_BYTES_MAX / 2);
  const grant = { type: "grant", lease: 1, job: "j1", slot: 0, from: 0, to: 1, attempt: 1, payloads } as const;

  /** Sends far more than the system holds for a reader that does not read; tells when all of it has left. */
  async function sendMuch(): Promise<{ left: () => boolean; raw: Raw }> {
    await ada.join();
    const { link } = grid.joined[0]!;
    await link.sent();
    const raw = rawOf(ada);
    raw.pause();
    for (let n = 0; n < 30; n++) link.send([grant]);
    let left = false;
    void link.sent().then(() => {
      left = true;
    });
    const bob = await new FakeVolunteer(grid).join(); // meanwhile others are served
    bob.socket.disconnect();
    return { left: () => left, raw };
  }

  test("has left once it has been read", async () => {
    const { left, raw } = await sendMuch();
    expect(left()).toBe(false);
    raw.resume();
    await vi.waitFor(() => expect(left()).toBe(true), 10_000);
  });

  test("never leaves once the link has ended, and nobody waits for it", async () => {
    const { left, raw } = await sendMuch();
    raw.terminate();
    await vi.waitFor(() => expect(left()).toBe(true));
  });
});
