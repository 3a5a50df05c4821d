/** The operator's token: the one that was set, or one that is made once and kept in the data folder for its owner alone. */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SettingsError, tokenFault } from "./settings.js";

const FILE = "admin-token";

/** `path` is null for a token from the settings, which is written nowhere. */
export type AdminToken = { readonly token: string; readonly path: string | null };

/** @throws SettingsError when the file holds no token, or the folder cannot be written. */
export function adminToken(dataDir: string, given: string | null): AdminToken {
  if (given !== null) return { token: given, path: null };
  const path = join(dataDir, FILE);
  try {
    mkdirSync(dataDir, { recursive: true });
    return { token: made(path) ?? kept(path), path };
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    throw new SettingsError([`The admin token cannot be kept in ${path}: ${reasonOf(error)}.`], { cause: error });
  }
}

/** Null when the file exists: `wx` decides between two processes that start at once. */
function made(path: string): string | null {
  const token = randomBytes(32).toString("base64url");
  try {
    writeFileSync(path, `${token}\n`, { flag: "wx", mode: 0o600, flush: true });
    return token;
  } catch (error) {
    if (reasonOf(error) === "EEXIST") return null;
    throw error;
  }
}

function kept(path: string): string {
  const token = readFileSync(path, "utf8").trim();
  const fault = tokenFault(token);
  if (fault !== null) throw new SettingsError([`${path} ${fault}; delete the file to have a new token made.`]);
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
  return token;
}

function reasonOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
