import { expect, test } from "vitest";
import { addressKey, isLoopback } from "./address.js";

test.each(["127.0.0.1", "127.9.8.7", "::1", "localhost", "LOCALHOST", "::ffff:127.0.0.1"])("%s is loopback", (host) => {
  expect(isLoopback(host)).toBe(true);
});

test.each(["0.0.0.0", "10.0.0.1", "localhost.example", "127.0.0.1.example", "128.0.0.1", "::2", ""])(
  "%j is not loopback",
  (host) => {
    expect(isLoopback(host)).toBe(false);
  },
);

test("an IPv4 address counts by itself, mapped or not", () => {
  expect(addressKey("203.0.113.5")).toBe("203.0.113.5");
  expect(addressKey("::ffff:203.0.113.5")).toBe("203.0.113.5");
});

test("addresses of one /64 count as one, and those of the next do not", () => {
  expect(addressKey("2001:db8:1:2::5")).toBe(addressKey("2001:0db8:0001:0002:aaaa:bbbb:cccc:dddd"));
  expect(addressKey("2001:db8:1:2::5")).not.toBe(addressKey("2001:db8:1:3::5"));
  expect(addressKey("2001:db8::1%eth0")).toBe("2001:db8:0:0::/64");
});
