import { expect, test, vi } from "vitest";
import { OpenThings } from "./open-things.js";

test("what is open is closed once, by whoever comes first", async () => {
  const things = new OpenThings();
  const close = vi.fn(async () => {});
  const closeNow = things.note(close);
  await Promise.all([things.closeAll(), closeNow()]);
  await things.closeAll();
  expect(close).toHaveBeenCalledOnce();
});

test("one that cannot be closed keeps no other from it, and is told", async () => {
  const things = new OpenThings();
  const close = vi.fn(async () => {});
  things.note(async () => {
    throw new Error("the server is gone");
  });
  things.note(close);
  await expect(things.closeAll()).rejects.toThrow("the server is gone");
  expect(close).toHaveBeenCalledOnce();
  await things.closeAll(); // Nothing is left to try.
});

test("what is opened while all is closed is closed too", async () => {
  const things = new OpenThings();
  const late = vi.fn(async () => {});
  things.note(async () => void things.note(late));
  await things.closeAll();
  expect(late).toHaveBeenCalledOnce();
});

test("a program that is ending opens nothing, and closes what it had just opened", async () => {
  const things = new OpenThings();
  const late = vi.fn(async () => {});
  things.note(async () => expect(() => things.note(late)).toThrow("the program is ending"));
  await things.closeForGood();
  expect(late).toHaveBeenCalledOnce();
});
