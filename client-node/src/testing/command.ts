/** Runs the built command as a process of its own, as a shell would. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../bin/valence.mjs", import.meta.url));

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
export type Running = { readonly process: ChildProcess; readonly ended: Promise<Ended> };
/** `input` null: standard input stays open, for the test to write to. */
type Options = { env?: Record<string, string>; cwd?: string; input?: string | null };

/** Nothing of the surroundings but the path leaks in. */
export function start(args: readonly string[], { env = {}, cwd, input = "" }: Options = {}): Running {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: "pipe",
    ...(cwd === undefined ? {} : { cwd }),
  });
  child.stdin.on("error", () => {});
  if (input !== null) child.stdin.end(input);
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { process: child, ended: ended.then(([stdout, stderr, [code]]) => ({ code, stdout, stderr })) };
}

export function run(args: readonly string[], options?: Options): Promise<Ended> {
  return start(args, options).ended;
}

/** Until standard output or standard error holds the text. */
export function says({ process: child }: Running, wanted: string): Promise<void> {
  return new Promise((resolve) => {
    let heard = "";
    const listen = (chunk: Buffer): void => {
      heard += chunk;
      if (heard.includes(wanted)) resolve();
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
  });
}
