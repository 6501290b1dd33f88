/** What the resolvers, actions, handlers and timers of delivery work with. */
import type { BaseDeps, RequestContext } from "../../kit/server/subgraph.ts";
import type { Env } from "./env.ts";

/** The settings of delivery, under their environment names. */
export type Settings = Env;

/** What actions, handlers and timers are given. */
export type Deps = BaseDeps & { readonly settings: Settings };
/** What resolvers are given. */
export type Context = Deps & RequestContext;
