import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { Chance } from "@valence/coordinator/simulation/chance";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../processes.js";
import { BadNetwork, FAIR } from "./bad-network.js";

/** Sends back what it gets, and ends when the other side does. */
let echo: Server;
let network: BadNetwork;
let ends: Socket[];

beforeEach(async () => {
  ends = [];
  echo = createServer((socket) => {
    ends.push(socket.on("error", () => {}));
    socket.pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(echo, "listening");
  network = await BadNetwork.open((echo.address() as AddressInfo).port, new Chance(1, 1));
});
afterEach(async () => {
  await network.close();
  for (const end of ends) end.destroy();
  echo.close();
});

type Line = { readonly socket: Socket; heard(): string; broken(): boolean };

async function line({ url } = network): Promise<Line> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let [text, broken] = ["", false];
  socket.setEncoding("latin1").on("data", (piece: string) => {
    text += piece;
  });
  socket.on("error", () => {
    broken = true;
  });
  await once(socket, "connect");
  return { socket, heard: () => text, broken: () => broken };
}

const LONG = Array.from({ length: 50_000 }, (_, i) => i).join(" ");

test.each([
  ["fair weather", FAIR],
  ["delays", { delayMs: [0, 30], bytesPerSecond: Number.POSITIVE_INFINITY }],
  ["a slow line with delays", { delayMs: [5, 30], bytesPerSecond: 4_000_000 }],
] as const)("in %s all bytes arrive in their order, and then the end", async (_, weather) => {
  network.weather = weather;
  const { socket, heard } = await line();
  for (let at = 0; at < LONG.length; at += 10_000) socket.write(LONG.slice(at, at + 10_000));
  await until("all of it", () => heard().length === LONG.length);
  expect(heard()).toBe(LONG);
  const ended = once(socket, "close");
  socket.end();
  await ended;
});

test("several pieces are under way at a time: a delay is no throttle", async () => {
  network.weather = { delayMs: [1_000, 1_000], bytesPerSecond: Number.POSITIVE_INFINITY };
  const { socket, heard } = await line();
  for (let i = 0; i < 100; i++) {
    socket.write("x");
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until("all of it", () => heard().length === 100); // one after the other they would take 200 s
});

test("a line that is cut breaks at both ends", async () => {
  const { socket, heard, broken } = await line();
  socket.write("a");
  await until("the echo", () => heard() === "a");
  expect(network.cut(1)).toBe(1);
  await until("the break", () => broken() && ends[0]?.destroyed);
});

test("a deaf line stays up and carries nothing, while a new one is well", async () => {
  const { socket, heard, broken } = await line();
  socket.write("a");
  await until("the echo", () => heard() === "a");
  expect(network.deafen(1)).toBe(1);
  socket.write("b");
  const other = await line();
  other.socket.write("c");
  await until("the echo on the other line", () => other.heard() === "c");
  expect([heard(), broken()]).toEqual(["a", false]);
});

test("nothing gets through an unplugged network, on no line", async () => {
  const old = await line();
  network.unplug();
  const fresh = await line();
  for (const { socket } of [old, fresh]) socket.write("a");
  const whole = await BadNetwork.open(network.target, new Chance(1, 1));
  const other = await line(whole);
  other.socket.write("a");
  await until("the echo through another network", () => other.heard() === "a");
  expect([old.heard(), fresh.heard(), ends.length]).toEqual(["", "", 2]);
  await whole.close();
});

test("a line to nobody breaks", async () => {
  network.target = 1;
  const { broken } = await line();
  await until("the break", () => broken());
});
