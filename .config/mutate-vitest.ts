/** The tests that mutants are judged by, but those that need a Postgres. */
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const root = join(import.meta.dirname, "..");

export default defineConfig({
  root,
  // As in vitest.ts: two builds of graphql in one process refuse each other's schemas.
  resolve: { alias: [{ find: /^graphql$/, replacement: join(root, "node_modules/graphql/index.js") }] },
  test: {
    include: [
      "subgraphs/*/domain/**/*.test.ts",
      "tools/written-tables.test.ts",
      "kit/**/*.test.ts",
      "schema/check/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/*.pg.test.ts"],
    testTimeout: 60_000,
  },
});
