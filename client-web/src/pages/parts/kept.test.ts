import { afterEach, expect, test, vi } from "vitest";
import { kept } from "./kept.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("a text is kept under its key until it is taken away", () => {
  const texts = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => texts.get(key) ?? null,
    setItem: (key: string, text: string) => texts.set(key, text),
    removeItem: (key: string) => texts.delete(key),
  });
  const [one, other] = [kept("localStorage", "one"), kept("localStorage", "other")];
  one.write("1");
  expect([one.read(), other.read()]).toEqual(["1", null]);
  one.write(null);
  expect([one.read(), texts.size]).toEqual([null, 0]);
});

test("a browser that keeps nothing throws nothing", () => {
  const refuse = () => {
    throw new Error("SecurityError");
  };
  vi.stubGlobal("sessionStorage", { getItem: refuse, setItem: refuse, removeItem: refuse });
  const text = kept("sessionStorage", "key");
  text.write("1");
  text.write(null);
  expect(text.read()).toBeNull();
  vi.stubGlobal("sessionStorage", undefined);
  text.write("1");
  expect(text.read()).toBeNull();
});
