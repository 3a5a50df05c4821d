// Tests run as compiled: type-checked, and with threads and processes that load what ships.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["*/dist/**/*.test.js"], exclude: ["**/node_modules/**"] },
});
