/** What the resolvers work with. */
import type { BaseDeps, RequestContext } from "../../kit/server/subgraph.ts";

/** What a resolver is given. */
export type Context = RequestContext & BaseDeps;
