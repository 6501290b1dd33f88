/** Settings of `npm run migrate`. */
import { z } from "zod";
import { subgraphNames, type SubgraphName } from "../schema/subgraphs.ts";

/** The setting that holds the address of a subgraph's database as its owner role. */
export const ownerUrlSetting = (name: SubgraphName) =>
  `${name.toUpperCase() as Uppercase<SubgraphName>}_OWNER_DATABASE_URL` as const;

const url = z.url().optional();

/** Each is needed only where its subgraph is migrated. */
export const env = z.object(
  Object.fromEntries(subgraphNames.map((name) => [ownerUrlSetting(name), url])) as Record<
    ReturnType<typeof ownerUrlSetting>,
    typeof url
  >,
);
