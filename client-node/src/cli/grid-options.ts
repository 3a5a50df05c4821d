/** The options by which every command finds its grid, and what the actions of such commands share. */
import type { Command } from "commander";
import type { Grid } from "../sdk/grid.js";
import { DEFAULT_URL, gridUrl } from "../sdk/grid-url.js";
import { tokenFor } from "../token-file.js";
import { type ExitCode, UsageError } from "./exit-code.js";
import { interruptible } from "./interrupt.js";
import { Output } from "./output.js";

export type GridFlags = { readonly url?: string; readonly token?: string; readonly json?: boolean };

/** What an action gets beside its arguments. */
export type Session = { readonly grid: Grid; readonly output: Output; readonly signal: AbortSignal };

/** `--url`, `--token` and `--json`; `json` says what that prints. */
export function withGrid(command: Command, json: string): Command {
  return command
    .option("--url <url>", `address of the grid (default: VALENCE_URL, else ${DEFAULT_URL})`)
    .option(
      "--token <token>",
      "token for writing (default: VALENCE_TOKEN; on this machine, the one in the data folder)",
    )
    .option("--json", json);
}

/** Runs an action against the grid that its flags name; its exit code becomes the process's. */
export async function inSession(
  flags: GridFlags,
  act: (session: Session) => Promise<ExitCode | undefined>,
): Promise<void> {
  const address = addressOf(flags);
  const { Grid } = await import("../sdk/grid.js"); // Only now: help and mistakes answer twice as fast without it.
  const grid = new Grid(address.url, address.token);
  const output = new Output({ json: flags.json === true });
  const code = await interruptible((signal) => act({ grid, output, signal }));
  if (code !== undefined) process.exitCode = code;
}

/** Flags, then environment, then, for an address of this machine, the data folder. @throws UsageError */
export function addressOf({ url, token }: GridFlags): { url: string; token: string | null } {
  const { VALENCE_URL, VALENCE_TOKEN } = process.env;
  const address = sound(url ?? (VALENCE_URL || DEFAULT_URL));
  const given = token ?? (VALENCE_TOKEN || tokenFor(address, process.env));
  if (given !== null && !/^[\x21-\x7e]+$/.test(given)) {
    throw new UsageError("The token has a character that no header can carry; copy it again.");
  }
  return { url: address, token: given };
}

function sound(url: string): string {
  try {
    return gridUrl(url);
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
