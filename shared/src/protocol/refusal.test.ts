import { expect, test } from "vitest";
import { refusalIn } from "./refusal.js";

const errorWith = (data?: unknown) => Object.assign(new Error("said"), { data });

test("a code is a refusal, for good unless the cause is the coordinator's or the moment's", () => {
  const version = { code: "protocol_version", message: "too old", retryMs: null };
  expect(refusalIn(errorWith({ code: "protocol_version", message: "too old" }))).toEqual(version);
  expect(refusalIn(errorWith({ code: "toString" }))).toEqual({ code: "toString", message: "said", retryMs: null });
  for (const code of ["draining", "overloaded", "too_many_requests", "internal"]) {
    expect(refusalIn(errorWith({ code }))).toMatchObject({ code, retryMs: 10_000 });
  }
});

test("the coordinator may say by itself how long", () => {
  expect(refusalIn(errorWith({ code: "protocol_version", retryMs: 7 }))).toMatchObject({ retryMs: 7 });
  expect(refusalIn(errorWith({ code: "draining", retryMs: null }))).toMatchObject({ retryMs: null });
});

test("anything else is a fault of the network", () => {
  for (const data of [undefined, null, {}, "protocol_version", { code: 7 }, { code: "" }]) {
    expect(refusalIn(errorWith(data))).toBeNull();
  }
});
