/** Settings of `npm run ops`. */
import { z } from "zod";
import { subgraphNames, type SubgraphName } from "../../schema/subgraphs.ts";
import { env as embedded } from "../embedded/env.ts";

/** The setting that holds the address of a subgraph's database as its `_app` role. */
export const appUrlSetting = (name: SubgraphName) =>
  `${name.toUpperCase() as Uppercase<SubgraphName>}_DATABASE_URL` as const;

const url = z.url().optional();

export const env = z.object({
  /** The data folder of the `npm start` to work on, for the subgraphs that have no address set. */
  ANTAR_DATA: embedded.shape.ANTAR_DATA,
  /** Longest wait for a subgraph to try an event again, milliseconds. */
  OPS_PATIENCE_MS: z.coerce.number().int().min(0).default(15_000),
  ...(Object.fromEntries(subgraphNames.map((name) => [appUrlSetting(name), url])) as Record<
    ReturnType<typeof appUrlSetting>,
    typeof url
  >),
});

export type Env = z.infer<typeof env>;
