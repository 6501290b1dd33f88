/** What is measured: the conditions of each scenario. */
import type { Behaviour } from "./subgraphs.ts";

export type Scenario = {
  name: string;
  workload: string;
  operation: number;
  connections: number;
  /** Requests a second as a share of the slowest contender's closed-loop rate in `forwarded, varying`; null is a closed loop. */
  rateShare: number | null;
  unique: boolean;
  behaviour: (failing: string) => Behaviour;
};

const calm = (): Behaviour => ({ varying: false, delayMs: 0, failing: null });
const varying = (): Behaviour => ({ ...calm(), varying: true });
const base = { workload: "reviews", operation: 0, connections: 32, rateShare: null, unique: true, behaviour: calm };

/** The scenario whose closed-loop rates set the fixed rate of the one that follows it. */
export const saturating = "forwarded, varying";

export const scenarios: readonly Scenario[] = [
  { ...base, name: saturating, behaviour: varying },
  { ...base, name: "fixed rate", behaviour: varying, rateShare: 0.6 },
  { ...base, name: "forwarded" },
  { ...base, name: "4 ms away", behaviour: () => ({ ...varying(), delayMs: 4 }) },
  { ...base, name: "identical requests", unique: false },
  { ...base, name: "one connection", connections: 1, behaviour: varying },
  { ...base, name: "one subgraph failing", behaviour: (failing) => ({ ...calm(), failing }) },
  { ...base, name: "browse restaurants", workload: "product", operation: 0 },
  { ...base, name: "one order in full", workload: "product", operation: 1 },
  { ...base, name: "my past orders", workload: "product", operation: 2 },
];
