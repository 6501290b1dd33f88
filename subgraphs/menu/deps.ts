import type { BaseDeps, RequestContext } from "../../kit/server/subgraph.ts";

/** What resolvers get: the request, and the menu's database, clock and log. */
export type Context = RequestContext & BaseDeps;

/** An entity of another subgraph, known by its id alone. */
export type Reference = { readonly id: string };
