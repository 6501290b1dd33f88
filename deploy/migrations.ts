/** Where the subgraphs keep their migrations. */
import { join } from "node:path";
import type { SubgraphName } from "../schema/subgraphs.ts";

/** The folder of a subgraph's migrations. */
export const migrationsOf = (name: SubgraphName): string =>
  join(import.meta.dirname, "../subgraphs", name, "db/migrations");
