import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { adminTokens, ownerOf } from "./tokens.js";

test("an owner is 16 hexadecimal digits, the same for the same token, and not its plain hash", () => {
  expect(ownerOf("secret")).toMatch(/^[0-9a-f]{16}$/);
  expect(ownerOf("secret")).toBe(ownerOf("secret"));
  expect(ownerOf("secret")).not.toBe(ownerOf("secret2"));
  expect(createHash("sha256").update("secret").digest("hex")).not.toContain(ownerOf("secret"));
});

test("the admin's token makes the admin, any other makes nobody", () => {
  const tokens = adminTokens("secret");
  expect(tokens.callerOf("secret")).toEqual({ owner: ownerOf("secret"), admin: true });
  for (const wrong of ["", "secre", "secret ", "Secret"]) expect(tokens.callerOf(wrong)).toBeNull();
});
