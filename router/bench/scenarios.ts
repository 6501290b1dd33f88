/** What is measured: the conditions of each scenario. */
import type { Behaviour } from "./subgraphs.ts";

export type Scenario = {
  name: string;
  workload: string;
  operation: number;
  connections: number;
  /** Requests a second as a share of the slowest contender's closed-loop rate in `forwarded, varying`; null is a closed loop. */
  rateShare: number | null;
  /** Whose requests: each somebody else's, all of the same one, or of people who are signed in, which a router verifies that can. */
  callers: "each another" | "the same" | "signed in";
  behaviour: (failing: string) => Behaviour;
};

const calm = (): Behaviour => ({ varying: false, delayMs: 0, failing: null });
const varying = (): Behaviour => ({ ...calm(), varying: true });
const base = {
  workload: "reviews",
  operation: 0,
  connections: 32,
  rateShare: null,
  callers: "each another",
  behaviour: calm,
} as const;

/** The scenario whose closed-loop rates set the fixed rate of the one that follows it. */
export const saturating = "forwarded, varying";
/** The same with identities that our router verifies, and signs for each subgraph. */
export const signing = "signed in, varying";

export const scenarios: readonly Scenario[] = [
  { ...base, name: saturating, behaviour: varying },
  { ...base, name: "fixed rate", behaviour: varying, rateShare: 0.6 },
  { ...base, name: signing, behaviour: varying, callers: "signed in" },
  { ...base, name: "forwarded" },
  { ...base, name: "4 ms away", behaviour: () => ({ ...varying(), delayMs: 4 }) },
  { ...base, name: "identical requests", callers: "the same" },
  { ...base, name: "one connection", connections: 1, behaviour: varying },
  { ...base, name: "one subgraph failing", behaviour: (failing) => ({ ...calm(), failing }) },
  { ...base, name: "browse restaurants", workload: "product", operation: 0 },
  { ...base, name: "one order in full", workload: "product", operation: 1 },
  { ...base, name: "my past orders", workload: "product", operation: 2 },
];
