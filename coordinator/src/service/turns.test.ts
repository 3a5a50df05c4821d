import { expect, test } from "vitest";
import { Turns } from "./turns.js";

test("turns under one key follow each other, whichever way they end; other keys do not wait", async () => {
  const turns = new Turns();
  const seen: string[] = [];
  let release = () => {};
  const first = turns.take("a", () =>
    new Promise<void>((resolve) => (release = resolve)).then(() => void seen.push("a1")),
  );
  const second = turns.take("a", () => Promise.reject(new Error("a2")));
  const third = turns.take("a", async () => void seen.push("a3"));
  await turns.take("b", async () => void seen.push("b"));
  release();
  await Promise.all([first, expect(second).rejects.toThrow("a2"), third]);
  expect(seen).toEqual(["b", "a1", "a3"]);
});
