// Specs run as compiled, like all tests. They start the product's processes by themselves (processes.ts).
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "dist/browser",
  testMatch: "*.spec.js",
  outputDir: "dist/browser-results",
  globalSetup: "./dist/browser/find-browser.js",
  // One browser at a time on a small machine; a test that fails now and then is to be mended, and not to be tried again.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  // No test waits for a time; these only end what hangs.
  timeout: 60_000,
  expect: { timeout: 30_000 },
  use: { trace: "off" },
});
