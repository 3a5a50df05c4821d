import { expect, test } from "vitest";
import { atomName, atomShort, atomVersion } from "./atom-name.js";

test("an atom goes by its name, and its versions by the beginning of their hash", () => {
  const id = `monte-carlo-pi@sha256-${"ad422092".repeat(8)}`;
  expect([atomName(id), atomVersion(id), atomShort(id)]).toEqual([
    "monte-carlo-pi",
    "ad422092",
    "monte-carlo-pi@ad422092",
  ]);
});

test.each(["no id", "no id@sha256-ad422092 either"])("%s stays as it is", (text) => {
  expect([atomName(text), atomVersion(text), atomShort(text)]).toEqual([text, "", text]);
});
