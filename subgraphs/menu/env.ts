import { z } from "zod";
import { subgraphEnv } from "../../kit/server/env.ts";

/** Settings of the menu: those of every subgraph. How long stock is held is the caller's to say. */
export const env = z.object({ ...subgraphEnv });

export type Env = z.infer<typeof env>;
