import { accessSync, constants } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const root = join(import.meta.dirname, "..");
const exclude = ["**/node_modules/**", "**/generated/**"];
const globalSetup = [join(root, "kit/testing/global-setup.ts")];

const cores = availableParallelism();

/** Projects run in this order, those of one place together: first the ones that fail soonest, last the one that needs both cores. */
const place = { unit: 0, pg: 1, system: 2, chaos: 3 } as const;

/** A project that owns the files named `*.<kind>.test.ts`; one cluster of Postgres serves its whole run. */
const withPostgres = (kind: string, testTimeout: number, groupOrder: number, maxWorkers = cores) => ({
  extends: true as const,
  test: {
    name: kind,
    include: [`**/*.${kind}.test.ts`],
    exclude,
    globalSetup,
    testTimeout,
    hookTimeout: testTimeout,
    maxWorkers,
    sequence: { groupOrder },
  },
});

/** Debian's Chromium, unless CHROMIUM names another. */
const chromium = process.env["CHROMIUM"] || "/usr/bin/chromium";

/** Tests in a browser run where there is one; in CI they always do, and fail without. */
function withBrowser() {
  try {
    accessSync(chromium, constants.X_OK);
  } catch {
    if (!process.env["CI"]) {
      console.log(`No Chromium at ${chromium}: the tests in a browser are left out (CHROMIUM names another)`);
      return [];
    }
  }
  return [withPostgres("browser", 300_000, place.system)];
}

/** The one runner: `vitest --config .config/vitest.ts --project unit|pg|e2e|slow|browser`. */
export default defineConfig({
  root,
  // graphql also ships a build for bundlers; Node takes the other one, and two in one process refuse each other's schemas.
  resolve: { alias: [{ find: /^graphql$/, replacement: join(root, "node_modules/graphql/index.js") }] },
  test: {
    pool: "forks",
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          // Nothing in these changes what others see, and most of their time would go into loading the same modules again.
          isolate: false,
          include: ["**/*.test.ts"],
          exclude: [...exclude, "**/*.{pg,e2e,slow,browser,chaos}.test.ts"],
          testTimeout: 60_000,
          maxWorkers: cores,
          sequence: { groupOrder: place.unit },
        },
      },
      // Half of their time goes into waiting for the database.
      withPostgres("pg", 120_000, place.pg, 2 * cores),
      withPostgres("e2e", 300_000, place.system),
      withPostgres("slow", 600_000, place.system),
      // Alone: it kills what it started.
      withPostgres("chaos", 900_000, place.chaos),
      ...withBrowser(),
    ],
  },
});
