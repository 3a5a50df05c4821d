import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
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
