import { expect, test } from "vitest";
import { enterToken, forgetToken, refuseToken, token, tokenOfHash, tokenRefused } from "./token.js";

test.each([
  ["#token=s3cret", "s3cret"],
  ["#a=1&token=s3cret", "s3cret"],
  ["#token=", null],
  ["#token", null],
  ["", null],
  ["#token=with%20space", null],
  ["#token=%C3%BC", null],
  [`#token=${"x".repeat(256)}`, "x".repeat(256)],
  [`#token=${"x".repeat(257)}`, null],
])("an address that ends in %s brings %s", (hash, brought) => expect(tokenOfHash(hash)).toBe(brought));

test("a token is held until it is forgotten, also where the browser keeps nothing", () => {
  expect(enterToken(" s3cret\n")).toBe(true);
  expect(token.value).toBe("s3cret");
  expect(enterToken("no token")).toBe(false);
  expect(token.value).toBe("s3cret");
  forgetToken();
  expect(token.value).toBeNull();
});

test("one that the coordinator does not know is dropped, but not the one that was entered meanwhile", () => {
  enterToken("first");
  enterToken("second");
  refuseToken("first");
  expect([token.value, tokenRefused.value]).toEqual(["second", false]);
  refuseToken("second");
  expect([token.value, tokenRefused.value]).toEqual([null, true]);
  enterToken("third");
  expect(tokenRefused.value).toBe(false);
  forgetToken();
});
