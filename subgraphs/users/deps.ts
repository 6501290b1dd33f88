/** What the resolvers and actions of users work with. */
import type { BaseDeps, RequestContext } from "../../kit/server/subgraph.ts";
import type { Env } from "./env.ts";
import type { Attempts } from "./keys/attempts.ts";
import type { Passwords } from "./keys/passwords.ts";
import type { Secrets } from "./keys/secrets.ts";

/** Dependencies of users. `pause` waits for milliseconds of real time. */
export type Deps = BaseDeps & {
  settings: Env;
  secrets: Secrets;
  passwords: Passwords;
  attempts: Attempts;
  pause(ms: number): Promise<void>;
};

/** What a resolver gets. */
export type Context = RequestContext & Deps;
