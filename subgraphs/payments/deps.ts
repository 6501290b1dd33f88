/** What the resolvers, actions, handlers and timers of payments work with. */
import type { BaseDeps, RequestContext } from "../../kit/subgraph.ts";
import type { Env } from "./env.ts";
import type { Psp } from "./psp/psp.ts";

/** Settings of the rules. */
export type Rules = Pick<
  Env,
  | "PAYMENT_CHECK_MS"
  | "DEFAULT_COMMISSION_BPS"
  | "REFUND_RETRY_MS"
  | "REFUND_RETRY_MAX_MS"
  | "REFUND_FLAG_AFTER"
  | "FORGET_CHECK_MS"
  | "SUPPORT_REFUND_MAX_MINOR"
  | "SUPPORT_REFUND_DAY_MAX_MINOR"
>;

export type Deps = BaseDeps & { psp: Psp; rules: Rules };

export type Context = RequestContext & Deps;
