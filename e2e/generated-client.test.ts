/** A client for `/openapi.json` that an independent generator has made compiles, and computes something. */
import { execFile } from "node:child_process";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import openapiTS, { astToString } from "openapi-typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Stage } from "./processes.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
/** Where its imports are found; not committed. */
const folder = join(root, "e2e/dist/generated");
/** As the project's own code, with a program of this folder alone. */
const TSCONFIG = {
  extends: "../../../tsconfig.base.json",
  compilerOptions: { composite: false, rootDir: ".", outDir: "out", skipLibCheck: false, lib: ["ES2023", "DOM"] },
  include: ["*.ts"],
};

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

test("a client that is generated from a running coordinator compiles strictly, publishes, submits and reads the answer", async () => {
  const serving = await stage.serve();
  stage.work(serving, { name: "worker" });
  // It takes what has a default for what is always there, as it is in answers; but defaults are those of requests.
  const types = await openapiTS(new URL("/openapi.json", serving.url), { defaultNonNullable: false });
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "api.ts"), astToString(types));
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
  await copyFile(join(root, "e2e/generated-client/client.ts"), join(folder, "client.ts"));
  const compiled = await run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder]).catch(
    ({ stdout }) => ({ stdout }),
  );
  expect(compiled.stdout).toBe("");
  const env = { GRID_URL: serving.url, GRID_TOKEN: serving.token };
  const { stdout } = await run(process.execPath, [join(folder, "out/client.js")], { env });
  expect(JSON.parse(stdout)).toEqual({
    cancelled: "cancelled",
    state: "succeeded",
    sum: 14,
    results: [1, 4, 9],
    listed: [true],
    refused: [404, "unknown_atom"],
  });
});
