/** Proofs that are commands of their own: what they print goes through, and their verdict becomes a row. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Row } from "./figure.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

type Verdict = { readonly code: number | null; readonly last: string };

export async function chaosVerdict(): Promise<Row> {
  const script = fileURLToPath(new URL("../chaos/main.js", import.meta.url));
  const { code, last } = await run(process.execPath, [script]);
  return { what: "chaos", measured: last, target: "lost 0, double 0, stuck 0", ok: code === 0 };
}

export async function mutantsVerdict(): Promise<Row> {
  const { code, last } = await run("npm", ["run", "-s", "mutants"]);
  return { what: "faults put into the code", measured: last, target: "all are caught", ok: code === 0 };
}

async function run(command: string, args: readonly string[]): Promise<Verdict> {
  const child = spawn(command, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  let last = "";
  createInterface({ input: child.stdout }).on("line", (line) => {
    console.log(`  ${line}`);
    last = line;
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, last };
}
