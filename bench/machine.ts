/** What a figure depends on besides the code: the machine, the versions, and who else is busy. */
import { readFileSync } from "node:fs";
import { arch, cpus, loadavg, platform, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";

export type Machine = {
  readonly cpus: number;
  readonly model: string;
  readonly memoryBytes: number;
  readonly system: string;
};

export function machine(): Machine {
  const [first] = cpus();
  const model = first?.model.trim() || "unknown";
  return { cpus: cpus().length, model, memoryBytes: totalmem(), system: `${platform()} ${release()} ${arch()}` };
}

/** The load average over the last minute: above the number of cores, trust ratios and nothing else. */
export function load(): number {
  return Number((loadavg()[0] ?? 0).toFixed(2));
}

/** Versions of Node and of packages that take part, by name. */
export function versionsOf(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries([["node", process.version], ...names.map((name) => [name, packageVersion(name)])]);
}

/** Found by its folder: many packages do not export their package.json. */
function packageVersion(name: string): string {
  const entry = fileURLToPath(import.meta.resolve(name));
  const folder = entry.slice(0, entry.lastIndexOf(`node_modules/${name}/`) + `node_modules/${name}/`.length);
  return (JSON.parse(readFileSync(`${folder}package.json`, "utf8")) as { version: string }).version;
}
