/** Runs what must find a mutant on a copy, in a process of its own, and says what it found. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { type Copy, ROOT } from "./copy.js";
import type { Judge } from "./mutants.js";

/** As many worlds as the test command goes through. */
export const WORLDS = 2_000;
/** Whoever takes longer hangs, which nothing does without a mutant. */
const LIMIT_MS = 300_000;

/** What was found, or null. */
export async function findingOf(copy: Copy, judge: Judge): Promise<string | null> {
  const command = judge === "simulation" ? worlds(copy) : suite(copy, judge);
  const { code, output } = await outcomeOf(copy, command);
  if (code === 0) return null;
  if (code === null) return `still running after ${LIMIT_MS / 1_000} s`;
  const [, found] = /Error: (seed \d+: .*)/.exec(output) ?? /((?:FAIL|×) .*)/.exec(output) ?? [];
  if (found === undefined)
    throw new Error(`${command.join(" ")} ended with ${code} and said nothing of it:\n${output}`);
  return found;
}

function worlds({ dir }: Copy): string[] {
  return [join(dir, "coordinator/dist/simulation/soak.js"), "1", String(WORLDS)];
}

function suite({ dir }: Copy, file: string): string[] {
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  return [vitest, "run", "--root", dir, "--project", "unit", "--bail", "1", "--no-color", join(dir, file)];
}

/** The exit code is null when it took too long. */
function outcomeOf({ dir }: Copy, command: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { cwd: dir, timeout: LIMIT_MS, killSignal: "SIGKILL" });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}
