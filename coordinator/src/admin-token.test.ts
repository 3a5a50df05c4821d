import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { adminToken } from "./admin-token.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "valence-token-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a token is made once: 32 random bytes that only their owner can read", () => {
  const dataDir = join(folder, "new", "data");
  const first = adminToken(dataDir, null);
  expect(first.token).toMatch(/^[\w-]{43}$/);
  expect(first.path).toBe(join(dataDir, "admin-token"));
  expect(readFileSync(join(dataDir, "admin-token"), "utf8")).toBe(`${first.token}\n`);
  expect(statSync(join(dataDir, "admin-token")).mode & 0o777).toBe(0o600);
  expect(adminToken(dataDir, null)).toEqual(first);
});

test("a token that was set is used and written nowhere", () => {
  const dataDir = join(folder, "none");
  expect(adminToken(dataDir, "mine")).toEqual({ token: "mine", path: null });
  expect(() => statSync(dataDir)).toThrow("ENOENT");
});

test("a file that others can read is closed to them", () => {
  const path = join(folder, "admin-token");
  writeFileSync(path, "kept-by-hand\n");
  chmodSync(path, 0o644);
  expect(adminToken(folder, null).token).toBe("kept-by-hand");
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test.each(["", "two words", "x".repeat(257)])("a file with %j is refused in a sentence", (content) => {
  writeFileSync(join(folder, "admin-token"), content);
  expect(() => adminToken(folder, null)).toThrow(/admin-token .*delete the file/);
});

test("a folder that cannot be made is refused in a sentence", () => {
  writeFileSync(join(folder, "file"), "");
  expect(() => adminToken(join(folder, "file"), null)).toThrow(/cannot be kept in .*(EEXIST|ENOTDIR)/);
});
