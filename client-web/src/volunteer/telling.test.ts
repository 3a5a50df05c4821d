import { expect, test } from "vitest";
import { SLEPT_MS, TELL_MS, tellRegularly } from "./telling.js";

/** What a telling says when its timer rings so much too late. */
function toldAfter(lateMs: number): string[] {
  const said: string[] = [];
  let now = 1_000_000;
  let ring = () => {};
  const after = (_ms: number, act: () => void) => {
    ring = act;
    return () => void said.push("called off");
  };
  const end = tellRegularly({
    clock: { after },
    date: () => now,
    tell: () => said.push("told"),
    onSlept: () => said.push("slept"),
  });
  now += TELL_MS;
  ring();
  now += TELL_MS + lateMs;
  ring();
  end();
  return said;
}

test("[U7] a timer that rings 15 s too late is a late one, and one millisecond later the computer slept", () => {
  expect(toldAfter(SLEPT_MS)).toEqual(["told", "told", "called off"]);
  expect(toldAfter(SLEPT_MS + 1)).toEqual(["told", "slept", "told", "called off"]);
});
