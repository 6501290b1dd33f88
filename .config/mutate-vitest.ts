/** The tests that mutants are judged by; MUTATE_POSTGRES=1 takes in those of `kit/` that need a Postgres. */
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const root = join(import.meta.dirname, "..");
const withPostgres = process.env["MUTATE_POSTGRES"] === "1";

export default defineConfig({
  root,
  // As in vitest.ts: two builds of graphql in one process refuse each other's schemas.
  resolve: { alias: [{ find: /^graphql$/, replacement: join(root, "node_modules/graphql/index.js") }] },
  test: {
    include: ["subgraphs/*/domain/**/*.test.ts", "kit/**/*.test.ts", "schema/check/*.test.ts"],
    exclude: ["**/node_modules/**", withPostgres ? "subgraphs/**" : "**/*.pg.test.ts"],
    globalSetup: withPostgres ? [join(root, "kit/testing/global-setup.ts")] : [],
    testTimeout: withPostgres ? 120_000 : 60_000,
  },
});
