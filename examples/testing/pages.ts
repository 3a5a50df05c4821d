/** The code blocks of a Markdown page, and the shell in which its readers would run them. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** `mark` is what follows the language: nothing a reader sees, and how the block is to be tried. */
export type Block = {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly mark: string;
  readonly text: string;
};

export function blocksOf(page: string, path: string | URL): Block[] {
  const blocks: Block[] = [];
  let open: { line: number; language: string; mark: string; lines: string[] } | null = null;
  for (const [i, line] of readFileSync(path, "utf8").split("\n").entries()) {
    if (line.startsWith("```")) {
      const [language = "", mark = ""] = line.slice(3).split(" ");
      if (open) blocks.push({ ...open, page, text: open.lines.join("\n") });
      open = open ? null : { line: i + 1, language, mark, lines: [] };
    } else open?.lines.push(line);
  }
  if (open) throw new Error(`${page}:${open.line}: the block is not closed`);
  return blocks;
}

/** What a reader is promised: the words behind `# → ` in a block. */
export function promisesOf({ text }: Block): string[] {
  return [...text.matchAll(/^# → (.*)$/gm)].map(([, words]) => words as string);
}

export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Runs a script to its end; `until` appears in what it writes, it is asked to end by a SIGTERM to all of it. */
export function bash(
  script: string,
  options: { cwd: string; env: NodeJS.ProcessEnv; until?: string | undefined },
): Promise<Ran> {
  const { cwd, env, until } = options;
  // A process group of its own, so that the signal reaches npx and what it started.
  const child = spawn("bash", ["-euo", "pipefail", "-c", script], { cwd, env, detached: true });
  const written = { stdout: "", stderr: "" };
  let asked = false;
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      written[name] += text;
      if (asked || until === undefined || !written[name].includes(until)) return;
      asked = true;
      process.kill(-(child.pid as number), "SIGTERM");
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...written }));
  });
}
