import { expose, type Remote, wrap } from "comlink";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type GuardedPort, guardedPort } from "./guarded-port.js";

let far: MessagePort;
let port: GuardedPort;
let breaches: number;
let onBreach: () => void;

beforeEach(() => {
  const channel = new MessageChannel();
  far = channel.port2;
  breaches = 0;
  onBreach = () => {};
  port = guardedPort(channel.port1, () => {
    breaches++;
    onBreach();
  });
});
afterEach(() => {
  port.close();
  far.close();
});

const breach = () =>
  new Promise<void>((resolve) => {
    onBreach = resolve;
  });

test("calls reach the other end, and their answers come back", async () => {
  expose({ load: (name: string) => void name, fail: () => Promise.reject(new Error("no")) }, far);
  const commands = wrap(port) as Remote<{ load(name: string): void; fail(): void }>;
  port.owe();
  await commands.load("a");
  port.owe();
  await expect(commands.fail()).rejects.toThrow("no");
  expect(breaches).toBe(0);
});

test.each([
  ["a call of its own", { id: "1", type: "APPLY", path: ["constructor"], argumentList: [] }],
  ["a proxy", { id: "1", type: "HANDLER", name: "proxy", value: null }],
  ["nothing", null],
  ["text", "hello"],
  ["an endless id", { id: "x".repeat(129), type: "RAW" }],
])("%s is no answer", async (_, message) => {
  port.owe();
  const broken = breach();
  far.postMessage(message);
  await broken;
  expect(breaches).toBe(1);
});

test("one answer more than calls is one too many", async () => {
  port.owe();
  const broken = breach();
  far.postMessage({ id: "1", type: "RAW", value: undefined });
  far.postMessage({ id: "1", type: "RAW", value: undefined });
  await broken;
  expect(breaches).toBe(1);
});
