import { describe, expect, test } from "vitest";
import { hostAllowed, originAllowed } from "./origin.js";

const local = { host: "127.0.0.1", publicUrl: null };
const proxied = { host: "127.0.0.1", publicUrl: new URL("https://grid.example") };

describe("the Host of a coordinator that is bound to loopback", () => {
  test.each(["127.0.0.1:8080", "localhost", "LOCALHOST:80", "[::1]:8080", "127.1.2.3"])("%s is let in", (host) => {
    expect(hostAllowed(host, local)).toBe(true);
  });

  test.each(["evil.example:8080", "10.0.0.5", "127.0.0.1.evil.example", "x@localhost", "localhost/", "", undefined])(
    "%j is refused",
    (host) => {
      expect(hostAllowed(host, local)).toBe(false);
    },
  );

  test("that of the public URL is let in, and nothing near it", () => {
    expect(hostAllowed("grid.example", proxied)).toBe(true);
    expect(hostAllowed("grid.example:8443", proxied)).toBe(true);
    expect(hostAllowed("evil.grid.example", proxied)).toBe(false);
    const v6 = { host: "::1", publicUrl: new URL("http://[2001:db8::1]:8080") };
    expect(hostAllowed("[2001:DB8::1]:8080", v6)).toBe(true);
  });
});

test("bound to the world, any Host is let in", () => {
  expect(hostAllowed("anything.example", { host: "0.0.0.0", publicUrl: null })).toBe(true);
});

describe("an Origin", () => {
  test.each([
    [undefined, "127.0.0.1:8080"],
    ["http://127.0.0.1:8080", "127.0.0.1:8080"],
    ["http://grid.lan", "grid.lan:80"],
    ["https://grid.lan", "grid.lan"],
    ["https://grid.example", "127.0.0.1:8080"],
  ])("%s on %s is let in", (origin, host) => {
    expect(originAllowed(origin, host, proxied)).toBe(true);
  });

  test.each([
    ["http://evil.example", "127.0.0.1:8080"],
    ["http://127.0.0.1:9999", "127.0.0.1:8080"],
    ["null", "127.0.0.1:8080"],
    ["http://grid.example", "127.0.0.1:8080"],
    ["https://grid.example.evil.example", "127.0.0.1:8080"],
    ["chrome-extension://grid.lan", "grid.lan"],
    ["http://grid.lan", undefined],
  ])("%s on %s is refused", (origin, host) => {
    expect(originAllowed(origin, host, proxied)).toBe(false);
  });
});
