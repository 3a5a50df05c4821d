import { createPublicKey, verify } from "node:crypto";
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadIdentity, passingIdentity } from "./identity.js";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "valence-identity-"));
});
afterEach(() => rm(dir, { recursive: true }));

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

test("a key is made once, for its owner's eyes only, in a folder that need not be there", async () => {
  const home = join(dir, "not", "there");
  const first = await loadIdentity(home);
  expect(await readdir(home)).toEqual(["identity"]);
  expect(await modeOf(join(home, "identity"))).toBe(0o600);
  expect((await loadIdentity(home)).publicKey).toEqual(first.publicKey);
});

test("processes that start together become one volunteer", async () => {
  const keys = await Promise.all(Array.from({ length: 8 }, async () => (await loadIdentity(dir)).publicKey));
  expect(new Set(keys.map((key) => Buffer.from(key).toString("hex"))).size).toBe(1);
  expect(await readdir(dir)).toEqual(["identity"]);
});

test("a key that others could read is closed to them", async () => {
  await loadIdentity(dir);
  await chmod(join(dir, "identity"), 0o644);
  await loadIdentity(dir);
  expect(await modeOf(join(dir, "identity"))).toBe(0o600);
});

test("a file that holds no key is left alone, and named", async () => {
  await writeFile(join(dir, "identity"), "scribble");
  await expect(loadIdentity(dir)).rejects.toThrow(join(dir, "identity"));
});

test("signatures are of 64 bytes and fit the public key of 32", async () => {
  const { publicKey, sign } = passingIdentity();
  const bytes = new Uint8Array([1, 2, 3]);
  const x = Buffer.from(publicKey).toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const signature = await sign(bytes);
  expect([publicKey.length, signature.length]).toEqual([32, 64]);
  expect(verify(null, bytes, key, signature)).toBe(true);
});
