import { expect, test } from "vitest";
import { RESULT_BYTES_MAX } from "../limits.js";
import { partOf } from "../volunteer/fixtures.js";
import { said } from "./said.js";

const MIB = 1024 * 1024;

test("a part has at most a MiB and one result more", () => {
  expect(said.safeParse({ type: "part", part: partOf(1, MIB + RESULT_BYTES_MAX) }).success).toBe(true);
  expect(said.safeParse({ type: "part", part: partOf(1, MIB + RESULT_BYTES_MAX + 1) }).success).toBe(false);
});

test("nothing unknown is said, and nothing more than is known", () => {
  for (const word of [null, 7, {}, { type: "lost" }, { type: "opened", more: 1 }, { type: "part", part: {} }]) {
    expect(said.safeParse(word).success).toBe(false);
  }
});
