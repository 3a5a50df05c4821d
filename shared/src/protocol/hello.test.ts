import { expect, test } from "vitest";
import { helloBytes } from "./hello.js";

const session = "0123456789abcdef0123456789abcdef";

test("domain, nonce and session are signed, in this order", () => {
  const bytes = helloBytes(new Uint8Array(32).fill(0x2e), session);
  expect(String.fromCharCode(...bytes)).toBe(`valence volunteer hello 1\n${".".repeat(32)}${session}`);
});

test("another nonce or another session is another greeting", () => {
  const zero = new Uint8Array(32);
  expect(helloBytes(zero, session)).not.toEqual(helloBytes(zero.with(31, 1), session));
  expect(helloBytes(zero, session)).not.toEqual(helloBytes(zero, session.replace("f", "e")));
});
