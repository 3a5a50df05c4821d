/** Who this client is to coordinators: an Ed25519 key in the data folder, which every process on that folder shares. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { chmod, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Identity } from "@valence/shared/client/identity";

const MODE = 0o600;

/** Reads `<data folder>/identity`, and makes it when it is absent. */
export async function loadIdentity(dataDir: string): Promise<Identity> {
  const path = join(dataDir, "identity");
  await mkdir(dataDir, { recursive: true });
  const pem = (await read(path)) ?? (await make(dataDir, path));
  try {
    return identityOf(createPrivateKey(pem));
  } catch (cause) {
    throw new Error(`${path} holds no Ed25519 key; move it away to become a new volunteer`, { cause });
  }
}

/** An identity that is gone with the process. */
export function passingIdentity(): Identity {
  return identityOf(generateKeyPairSync("ed25519").privateKey);
}

function identityOf(key: KeyObject): Identity {
  if (key.asymmetricKeyType !== "ed25519") throw new Error(`a key of type ${key.asymmetricKeyType}`);
  const { x = "" } = createPublicKey(key).export({ format: "jwk" });
  return {
    publicKey: new Uint8Array(Buffer.from(x, "base64url")),
    sign: (bytes) => new Uint8Array(sign(null, bytes, key)),
  };
}

async function read(path: string): Promise<string | null> {
  try {
    const pem = await readFile(path, "utf8");
    await chmod(path, MODE);
    return pem;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Written whole before it has its name, and named only if nobody was faster: processes that start together share one key. */
async function make(dataDir: string, path: string): Promise<string> {
  const draft = join(dataDir, `identity.${randomBytes(8).toString("hex")}`);
  const { privateKey } = generateKeyPairSync("ed25519");
  try {
    await writeFile(draft, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: MODE, flag: "wx" });
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return await readFile(path, "utf8");
}
