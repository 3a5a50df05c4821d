/**
 * Finds a Chromium for tests, and installs one where there is none and that may be done: the one that CHROMIUM_PATH names,
 * Playwright's own, one of the system. It knows nothing of pages.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

const SYSTEM_NAMES = ["chromium", "chromium-browser", "google-chrome"];
const SYSTEM_INSTALL = [
  ["apt-get", "update"],
  ["apt-get", "install", "-y", "chromium"],
];
/** So that a machine without a network is told so within seconds. */
const CONNECT_MS_MAX = "10000";

/** What the choice depends on. */
export type Surroundings = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where Playwright would have put its own. */
  readonly ownPath: string;
  /** Root on Debian or what was made of it. */
  readonly mayUseApt: boolean;
  /** Whether there is a browser that starts. A file alone may lack libraries, or only tell where to buy one. */
  starts(path: string): boolean;
};

/** The first one that starts; null when none does. @throws Error when CHROMIUM_PATH names none */
export function installedChromium({ env, ownPath, starts }: Surroundings): string | null {
  const named = env.CHROMIUM_PATH;
  if (named && !starts(named)) throw new Error(`CHROMIUM_PATH is ${named}, and no Chromium starts there.`);
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  const ofSystem = SYSTEM_NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...(named ? [named] : []), ownPath, ...ofSystem].find(starts) ?? null;
}

/** Ways to install one, each some commands with their arguments, in the order in which they are tried. */
export function waysToInstall({ mayUseApt }: Surroundings): string[][][] {
  const playwright = fileURLToPath(import.meta.resolve("@playwright/test/cli"));
  const own = [[process.execPath, playwright, "install", "chromium"]];
  return mayUseApt ? [own, SYSTEM_INSTALL] : [own];
}

/**
 * The file to start. To install one may take minutes.
 *
 * @param run runs a command to its end, and tells whether it succeeded
 * @throws Error with a sentence that says what to install
 */
export function findChromium(surroundings = here(), run = succeeds): string {
  const found = installedChromium(surroundings);
  if (found !== null) return found;
  for (const commands of waysToInstall(surroundings)) {
    const installed = commands.every(run) ? installedChromium(surroundings) : null;
    if (installed !== null) return installed;
  }
  throw new Error(
    "The browser tests need a Chromium, and none can be installed from here: install the package chromium, or Google Chrome, " +
      "or set CHROMIUM_PATH to one.",
  );
}

function here(): Surroundings {
  const mayUseApt = process.getuid?.() === 0 && existsSync("/etc/debian_version");
  return { env: process.env, ownPath: chromium.executablePath(), mayUseApt, starts: tellsItsVersion };
}

function tellsItsVersion(path: string): boolean {
  if (!existsSync(path)) return false;
  return process.platform === "win32" || spawnSync(path, ["--version"]).status === 0; // there it would open a window
}

function succeeds([command = "", ...args]: string[]): boolean {
  const env = { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: CONNECT_MS_MAX };
  return spawnSync(command, args, { stdio: "inherit", env }).status === 0;
}
