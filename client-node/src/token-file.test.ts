import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tokenFor } from "./token-file.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "valence-token-"));
  writeFileSync(join(folder, "admin-token"), "secret\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  "http://127.0.0.1:8080",
  "http://127.1.2.3",
  "http://localhost:1",
  "http://[::1]:8080",
  "http://2130706433/",
])("%s leads to this machine, so its token is read", (url) =>
  expect(tokenFor(url, { VALENCE_DATA_DIR: folder })).toBe("secret"),
);

test.each([
  "http://grid.example",
  "http://127.0.0.1.evil.example",
  "http://localhost.evil.example",
  "http://10.0.0.1",
  "http://0.0.0.0",
  "http://[::2]",
])("%s leads elsewhere, so the token stays here", (url) =>
  expect(tokenFor(url, { VALENCE_DATA_DIR: folder })).toBeNull(),
);

test("without a file there is no token", () => {
  expect(tokenFor("http://127.0.0.1", { VALENCE_DATA_DIR: join(folder, "none") })).toBeNull();
  mkdirSync(join(folder, "odd", "admin-token"), { recursive: true });
  expect(tokenFor("http://127.0.0.1", { VALENCE_DATA_DIR: join(folder, "odd") })).toBeNull();
});
