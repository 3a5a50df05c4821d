/** Parts of a benchmark that need a process of their own: the same file again, with arguments, ended by its id. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { openThings } from "@valence/e2e/open-things";

/** Starts the module at `url` with these arguments; what it sends is heard on the child. */
export function inOwnProcess(url: string, args: readonly string[]): ChildProcess {
  return noted(fork(fileURLToPath(url), args));
}

/** Notes the process as open until it has ended, and gives it back. */
export function noted<C extends ChildProcess>(child: C): C {
  const close = openThings.note(() => ended(child));
  child.once("exit", () => void close());
  return child;
}

/** The arguments, when the module at `url` is what this process was started with; else null. Such a process ends with the one that started it. */
export function ownArguments(url: string): readonly string[] | null {
  if (process.argv[1] !== fileURLToPath(url)) return null;
  process.once("disconnect", () => process.exit());
  return process.argv.slice(2);
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

/** Kills it, also one that is stopped, and waits for its end. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}
