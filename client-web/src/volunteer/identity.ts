/**
 * Who this browser is to coordinators: an Ed25519 key in IndexedDB, which all its tabs share. Where the browser can keep a key that
 * no script may read, it does; on a page that came over plain HTTP there is no such thing, and the key is 32 bytes like any others.
 */
import { sha512 } from "@noble/hashes/sha2.js";
import type { Identity } from "@valence/shared/client/identity";

const DATABASE = "valence";
const STORE = "identity";
const KEY = "key";

/** As it lies in the database. */
type Kept = { readonly publicKey: Uint8Array; readonly secret: CryptoKey | Uint8Array };

/** Loads the key, and makes it when there is none. Where there is no database that can keep it, it is gone with the tab. */
export async function loadIdentity(): Promise<Identity> {
  return identityOf((await kept().catch(() => null)) ?? (await make()));
}

async function kept(): Promise<Kept> {
  const database = await opened();
  try {
    return (await read(database)) ?? (await keepFirst(database, await make()));
  } finally {
    database.close();
  }
}

async function identityOf({ publicKey, secret }: Kept): Promise<Identity> {
  if (secret instanceof Uint8Array) {
    const { sign } = await noble();
    return { publicKey, sign: (bytes) => sign(bytes, secret) };
  }
  return {
    publicKey,
    sign: async (bytes) =>
      new Uint8Array(await crypto.subtle.sign("Ed25519", secret, bytes as Uint8Array<ArrayBuffer>)),
  };
}

async function make(): Promise<Kept> {
  return (await unreadable()) ?? (await readable());
}

/** Null where the browser knows no such keys: on plain HTTP, and in older ones. */
async function unreadable(): Promise<Kept | null> {
  try {
    const pair = (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as CryptoKeyPair;
    const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    return { publicKey, secret: pair.privateKey };
  } catch {
    return null;
  }
}

async function readable(): Promise<Kept> {
  const { getPublicKey } = await noble();
  const secret = crypto.getRandomValues(new Uint8Array(32));
  return { publicKey: getPublicKey(secret), secret };
}

/** Loaded only by those who need it. */
async function noble() {
  const ed25519 = await import("@noble/ed25519");
  ed25519.hashes.sha512 = sha512;
  return ed25519;
}

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return settled(request);
}

async function read(database: IDBDatabase): Promise<Kept | undefined> {
  return await settled(database.transaction(STORE).objectStore(STORE).get(KEY));
}

/** Tabs that open together share the key of the first one. */
async function keepFirst(database: IDBDatabase, made: Kept): Promise<Kept> {
  const store = database.transaction(STORE, "readwrite").objectStore(STORE);
  const kept = (await settled(store.get(KEY))) as Kept | undefined;
  if (kept) return kept;
  await settled(store.put(made, KEY));
  return made;
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
