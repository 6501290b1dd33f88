/** The databases of an embedded system: one per subgraph and one for events, migrated and seeded. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openDatabase, type Db } from "../../kit/database/db.ts";
import { migrate } from "../../kit/database/migrate.ts";
import { whileBusy } from "../../kit/server/patience.ts";
import { provision as provisionDatabase } from "../../kit/postgres/provision.ts";
import { analyzeDatabase } from "../../kit/database/statistics.ts";
import type { SeedSize } from "../../demo/world/world.ts";
import { subgraphNames, type SubgraphName } from "../../schema/subgraphs.ts";
import { migrationsOf } from "../migrations.ts";
import type { Secrets } from "./keys.ts";

/** Addresses of the databases: each subgraph's as its two roles, and the broker's. */
export type Databases = {
  appUrls: Record<SubgraphName, string>;
  ownerUrls: Record<SubgraphName, string>;
  eventsUrl: string;
};

/** What a subgraph's db/seed.ts exports; a subgraph that starts empty has none. */
type Seed = { seed(db: Db, size: SeedSize, now: Date): Promise<void> };

async function seedOne(
  name: SubgraphName,
  { appUrl: url, ownerUrl }: { appUrl: string; ownerUrl: string },
  size: SeedSize,
): Promise<void> {
  const file = join(import.meta.dirname, "../../subgraphs", name, "db/seed.ts");
  if (!existsSync(file)) return;
  const { seed } = (await import(file)) as Seed;
  const database = openDatabase({ url, max: 4, statementTimeoutMs: 60_000 });
  try {
    await seed(database.db, size, new Date());
  } finally {
    await database.close();
  }
  await analyzeDatabase(ownerUrl);
}

/** Creates what is missing, applies migrations, seeds empty databases. Safe to repeat. */
export async function prepareDatabases(options: {
  adminUrl: string;
  secrets: Secrets;
  seed: SeedSize;
  progress(line: string): void;
}): Promise<Databases> {
  const { adminUrl, secrets, progress } = options;
  const provision = (name: string) =>
    provisionDatabase({
      adminUrl,
      name,
      ownerPassword: secrets.databasePasswords[`${name}_owner`] ?? "",
      appPassword: secrets.databasePasswords[`${name}_app`] ?? "",
    });
  // pg-boss keeps its own tables up to date, so the broker's role owns its database.
  const say = (line: string) => progress(line);
  const events = await whileBusy(() => provision("events"), say);
  const appUrls = {} as Record<SubgraphName, string>;
  const ownerUrls = {} as Record<SubgraphName, string>;
  progress("migrating and seeding the databases");
  const outcomes = await Promise.allSettled(
    subgraphNames.map(async (name) => {
      const { ownerUrl, appUrl } = await whileBusy(() => provision(name), say);
      appUrls[name] = appUrl;
      ownerUrls[name] = ownerUrl;
      await whileBusy(() => migrate({ ownerUrl, folder: migrationsOf(name) }), say);
      await whileBusy(() => seedOne(name, { appUrl, ownerUrl }, options.seed), say);
    }),
  );
  // All have ended before the first failure goes on: whoever hears of it stops Postgres, which would cut the others off.
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  return { appUrls, ownerUrls, eventsUrl: events.ownerUrl };
}
