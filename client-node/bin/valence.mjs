#!/usr/bin/env node
// A plain file, because npm links no bin that is missing at install. It only starts the built command.
import { existsSync } from "node:fs";

const built = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  process.stderr.write("valence: not built yet; run `npm run build` in the checkout first\n");
  process.exitCode = 2;
}
