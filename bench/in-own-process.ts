/** Parts of a benchmark that need a process of their own: the same file again, with arguments, ended by its id. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Starts the module at `url` with these arguments; what it sends is heard on the child. */
export function inOwnProcess(url: string, args: readonly string[]): ChildProcess {
  return fork(fileURLToPath(url), args);
}

/** The arguments, when the module at `url` is what this process was started with; else null. */
export function ownArguments(url: string): readonly string[] | null {
  return process.argv[1] === fileURLToPath(url) ? process.argv.slice(2) : null;
}

/** The next message; throws when the process ends instead. */
export async function said<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController();
  const exit = once(child, "exit", { signal: ended.signal }).then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${code}`);
  });
  exit.catch(() => {}); // It loses the race, or is the one that is thrown.
  try {
    const [message] = (await Promise.race([once(child, "message"), exit])) as [T];
    return message;
  } finally {
    ended.abort();
  }
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill();
  await exit;
}
