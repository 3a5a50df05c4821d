import type { Socket } from "socket.io-client";
import { afterEach, describe, expect, test, vi } from "vitest";
import { closing, FakeVolunteer, type SocketGrid, socketGrid, socketTo } from "../testing/socket-grid.js";

let grid: SocketGrid;
afterEach(() => grid.close());

/** Whether a socket with these headers gets in. */
async function admitted(headers: Record<string, string>): Promise<boolean> {
  const socket = socketTo(grid, "/watch", { extraHeaders: headers });
  const outcome = await new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true)).once("connect_error", () => resolve(false));
  });
  socket.disconnect();
  return outcome;
}

describe("who may connect", () => {
  test("[H3] no Origin, the same host, or the public URL; no other page", async () => {
    grid = await socketGrid({ place: { host: "127.0.0.1", publicUrl: new URL("https://grid.example") } });
    expect(await admitted({})).toBe(true);
    expect(await admitted({ Origin: grid.url })).toBe(true);
    expect(await admitted({ Origin: "https://grid.example" })).toBe(true);
    expect(await admitted({ Origin: "http://evil.example" })).toBe(false);
    expect(await admitted({ Origin: "null" })).toBe(false);
    expect(grid.logged).toMatchObject([{ code: "forbidden" }, { code: "forbidden" }]);
  });

  test("bound to loopback, only a Host that is loopback or the public URL's", async () => {
    grid = await socketGrid({ place: { host: "127.0.0.1", publicUrl: new URL("https://grid.example") } });
    expect(await admitted({ Host: "grid.example" })).toBe(true);
    expect(await admitted({ Host: "rebound.example", Origin: "http://rebound.example" })).toBe(false);
    expect(grid.logged).toMatchObject([{ code: "host_refused" }]);
  });

  test("from one address at the limit of connects a second, and not one past it", async () => {
    grid = await socketGrid({ pace: { connectsPerSecond: 1 } });
    const outcomes = await Promise.all(Array.from({ length: 11 }, () => admitted({})));
    expect(outcomes.filter(Boolean)).toHaveLength(10);
    expect(grid.logged).toMatchObject([{ code: "too_many_requests" }]);
  });

  test("nobody by long-polling", async () => {
    grid = await socketGrid();
    const response = await fetch(`${grid.url}/socket.io/?EIO=4&transport=polling`);
    expect(response.status).toBe(400);
    expect((await fetch(`${grid.url}/socket.io/socket.io.js`)).status).toBe(400);
  });

  test("nobody in the namespace that is none", async () => {
    grid = await socketGrid();
    const socket = socketTo(grid, "/");
    const error = await new Promise((resolve) => socket.once("connect_error", resolve));
    expect(error).toMatchObject({ data: { code: "not_found" } });
    socket.disconnect();
  });
});

test("a connection has one socket in a namespace, however fast it asks", async () => {
  grid = await socketGrid();
  const socket = socketTo(grid, "/watch");
  const packets: string[] = [];
  socket.io.once("open", () => {
    // Beside the one that the client itself sends at this moment.
    socket.io.engine.write('0/watch,{"version":1}');
    socket.io.engine.on("packet", ({ data }) => packets.push(String(data)));
  });
  await vi.waitFor(() => expect(packets.filter((packet) => /^[04]/.test(packet))).toHaveLength(2));
  expect(packets.filter((packet) => packet.startsWith('0/watch,{"sid"'))).toHaveLength(1);
  expect(packets.filter((packet) => /^4\/watch,.*"bad_message"/.test(packet))).toHaveLength(1);
  socket.disconnect();
});

test("a connection may leave a namespace and come again", async () => {
  grid = await socketGrid();
  const connected = (socket: Socket) => new Promise<void>((resolve) => socket.once("connect", resolve));
  const watcher = socketTo(grid, "/watch");
  const volunteer = watcher.io.socket("/volunteer", { auth: { version: 1 } });
  await Promise.all([connected(watcher), connected(volunteer)]);
  watcher.disconnect();
  // Socket.IO itself ends a connection that comes again before it has left: an answer to anything later says that it has.
  await new Promise((resolve) => watcher.io.socket("/").once("connect_error", resolve));
  await connected(watcher.connect());
  expect(volunteer.connected).toBe(true);
  volunteer.disconnect();
  watcher.disconnect();
});

describe("a link without a hello", () => {
  test("is refused when its time is up, and may come back", async () => {
    grid = await socketGrid({ pace: { helloWithinMs: 60 } });
    const ada = new FakeVolunteer(grid);
    expect(await ada.until("refuse")).toMatchObject({ retryMs: 5_000 });
    await closing(ada.socket);
    expect(grid.joined).toEqual([]);
  });

  test("stays when the hello came in time", async () => {
    grid = await socketGrid({ pace: { helloWithinMs: 250 } });
    const ada = await new FakeVolunteer(grid).join();
    await new FakeVolunteer(grid).until("refuse"); // It came later and said nothing: ada's time is up as well.
    expect(ada.socket.connected).toBe(true);
    expect(grid.joined).toMatchObject([{ calls: expect.not.arrayContaining(["cut"]) }]);
    ada.socket.disconnect();
  });
});

test("a frame far above a message's limit closes the link and nothing else", async () => {
  grid = await socketGrid();
  const [ada, bob] = await Promise.all([new FakeVolunteer(grid).join(), new FakeVolunteer(grid).join()]);
  ada.socket.emit("batch", new Uint8Array(5 * 1024 * 1024));
  await closing(ada.socket);
  expect(bob.socket.connected).toBe(true);
  expect(grid.joined[0]!.calls).toContain("cut");
});

test("[H7] more than ten attachments in one event close the link and nothing else", async () => {
  grid = await socketGrid();
  const ada = await new FakeVolunteer(grid).join();
  ada.socket.emit("batch", ...Array.from({ length: 11 }, () => new Uint8Array(1)));
  await closing(ada.socket);
  await vi.waitFor(() => expect(grid.joined[0]!.calls).toContain("cut"));
  expect(grid.logged).toMatchObject([{ event: "socket_refused", code: "bad_message" }]);
});

test("refusals without end are logged ten times a second, and the rest as a number", async () => {
  grid = await socketGrid();
  let refused = 40;
  await Promise.all(Array.from({ length: refused }, () => admitted({ Origin: "http://evil.example" })));
  expect(grid.logged.length).toBeLessThan(40);
  const inTheNextSecond = async () => {
    await admitted({ Origin: "http://evil.example" });
    refused++;
    expect(grid.logged.at(-1)).toHaveProperty("suppressed");
  };
  await vi.waitFor(inTheNextSecond, { timeout: 4_000 });
  const suppressed = grid.logged.reduce((sum, line) => sum + Number(line.suppressed ?? 0), 0);
  expect(grid.logged.length + suppressed).toBe(refused);
});

test("when the coordinator stops, volunteers are sent away for a while and nobody gets in", async () => {
  grid = await socketGrid();
  const ada = await new FakeVolunteer(grid).join();
  await grid.sockets.close();
  expect(await ada.until("refuse")).toMatchObject({ code: "draining", retryMs: 5_000 });
  await closing(ada.socket);
  expect(await admitted({})).toBe(false);
});
