import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Biome keeps clocks, timers and technology out of these folders; chance is left for this test. */
const PURE = ["shared/src", "coordinator/src/core"];

test.each(PURE)("%s throws no dice of its own", (folder) => {
  const sources = readdirSync(ROOT + folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    /(?<!\.test)\.ts$/.test(path),
  );
  expect(sources.length).toBeGreaterThan(10);
  const dicing = sources.filter((path) => readFileSync(`${ROOT}${folder}/${path}`, "utf8").includes("Math.random("));
  expect(dicing).toEqual([]);
});

/** What a built file of ours loads as it starts, with all that these files load; imports that wait for a call are left out. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, name = ""] of readFileSync(file, "utf8").matchAll(/^(?:import|export) (?:[^"]* from )?"([^"]+)";$/gm)) {
    const isOurs = name.startsWith(".") || name.startsWith("@valence/");
    if (isOurs) loadedBy(fileURLToPath(import.meta.resolve(name, pathToFileURL(file))), seen);
    else seen.add(name);
  }
  return seen;
}

test("help and mistakes wait for no schemas, sockets or bundlers", () => {
  const loaded = [...loadedBy(`${ROOT}client-node/dist/cli/main.js`)].filter((name) => !/^(node:|\/|\w:)/.test(name));
  expect(loaded.sort()).toEqual(["@noble/hashes/sha2.js", "@noble/hashes/utils.js", "commander"]);
});

test("every export of shared/ says what it is", () => {
  const sources = readdirSync(`${ROOT}shared/src`, { recursive: true, encoding: "utf8" }).filter((path) =>
    /(?<!\.test|fixtures)\.ts$/.test(path),
  );
  const silent = sources.flatMap((path) => {
    const lines = readFileSync(`${ROOT}shared/src/${path}`, "utf8").split("\n");
    return lines
      .filter((line, i) => /^export \w/.test(line) && !saysBefore(lines, i))
      .map((line) => `${path}: ${line}`);
  });
  expect(silent).toEqual([]);
});

/** Whether a doc comment ends just above the line, or above what is said to the linter. */
function saysBefore(lines: readonly string[], at: number): boolean {
  const above = lines[at - 1]?.trim() ?? "";
  return above.startsWith("// biome-ignore") ? saysBefore(lines, at - 1) : above.endsWith("*/");
}
