/** The tests that mutants of `kit/` are judged by, on one Postgres. */
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import plain from "./mutate-vitest.ts";

export default defineConfig({
  ...plain,
  test: {
    include: ["kit/**/*.test.ts"],
    exclude: ["**/node_modules/**"],
    globalSetup: [join(import.meta.dirname, "../kit/testing/global-setup.ts")],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
