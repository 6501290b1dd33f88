/** The databases of an embedded system: one per subgraph and one for events, migrated and seeded. */
import { openDatabase, type Db } from "../../kit/db.ts";
import { migrate } from "../../kit/migrate.ts";
import { provision as provisionDatabase } from "../../kit/provision.ts";
import type { SeedSize } from "../../schema/demo.ts";
import { subgraphNames, type SubgraphName } from "../../schema/subgraphs.ts";
import { seed as seedDelivery } from "../../subgraphs/delivery/db/seed.ts";
import { seed as seedMenu } from "../../subgraphs/menu/db/seed.ts";
import { seed as seedOrders } from "../../subgraphs/orders/db/seed.ts";
import { seed as seedPayments } from "../../subgraphs/payments/db/seed.ts";
import { seed as seedUsers } from "../../subgraphs/users/db/seed.ts";
import { migrationsOf } from "../migrations.ts";
import type { Secrets } from "./keys.ts";

export type Databases = { appUrls: Record<SubgraphName, string>; eventsUrl: string };

const seeds: Record<SubgraphName, (db: Db, size: SeedSize, now: Date) => Promise<void>> = {
  users: seedUsers,
  menu: seedMenu,
  orders: seedOrders,
  delivery: seedDelivery,
  payments: seedPayments,
};

async function seedOne(name: SubgraphName, url: string, size: SeedSize): Promise<void> {
  const database = openDatabase({ url, max: 4, statementTimeoutMs: 60_000 });
  try {
    await seeds[name](database.db, size, new Date());
  } finally {
    await database.close();
  }
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
  const events = await provision("events");
  const appUrls = {} as Record<SubgraphName, string>;
  progress("migrating and seeding the databases");
  const outcomes = await Promise.allSettled(
    subgraphNames.map(async (name) => {
      const { ownerUrl, appUrl } = await provision(name);
      appUrls[name] = appUrl;
      await migrate({ ownerUrl, folder: migrationsOf(name) });
      await seedOne(name, appUrl, options.seed);
    }),
  );
  // All have ended before the first failure goes on: whoever hears of it stops Postgres, which would cut the others off.
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  return { appUrls, eventsUrl: events.ownerUrl };
}
