import { z } from "zod";
import { subgraphEnv } from "../../kit/server/env.ts";

/** Settings of this subgraph: those of every subgraph. */
export const env = z.object({ ...subgraphEnv });

export type Env = z.infer<typeof env>;
