/** The operator's token, read from the data folder of a coordinator on this machine; for no other address, ever. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const FILE = "admin-token";

/**
 * What `<data dir>/admin-token` holds when the URL leads to this machine; null otherwise, and when there is no such file or it
 * may not be read. The data folder is VALENCE_DATA_DIR, else `./data`.
 */
export function tokenFor(url: string, env: Readonly<Record<string, string | undefined>>): string | null {
  if (!leadsToThisMachine(url)) return null;
  try {
    return readFileSync(join(env.VALENCE_DATA_DIR || "data", FILE), "utf8").trim() || null;
  } catch {
    return null;
  }
}

/** By what is written: another name that resolves to loopback today may lead elsewhere tomorrow. */
export function leadsToThisMachine(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
