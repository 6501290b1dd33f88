/** Which faults strike when: a function of the seed, so that a failing run can be repeated. */
import { subgraphNames } from "../../schema/subgraphs.ts";
import { randomOf, type Random } from "./random.ts";
import type { ServiceName } from "./world/world.ts";

/**
 * The sharp points at which a process may die: inside a transaction; committed and not yet published; the provider not yet
 * called, or called and not yet heard; an event in hand and not yet acknowledged.
 */
export type SharpPoint =
  | "before-commit"
  | "before-publish"
  | "before-provider"
  | "after-provider"
  | "before-acknowledge";

/** What goes wrong. Durations are milliseconds. */
export type FaultKind =
  | { kind: "kill"; service: ServiceName; at: SharpPoint | "any-time"; downMs: number }
  | { kind: "pause"; service: ServiceName; forMs: number }
  | { kind: "kill-cluster" | "pause-cluster"; cluster: "postgres" | "broker"; forMs: number }
  | { kind: "provider-silent"; when: "before-charging" | "after-charging"; calls: number }
  | { kind: "webhooks"; how: "repeated" | "reordered" | "delayed"; count: number }
  | { kind: "events"; how: "repeated" | "reordered" | "published-again"; forMs: number }
  | { kind: "skew"; service: ServiceName; offsetMs: number }
  | { kind: "reset-connections"; database: string };

/** A fault, and how many orders are placed before it strikes. */
export type Fault = FaultKind & { afterOrders: number };

type Maker = (random: Random) => FaultKind;

const kill =
  (service: ServiceName, at: SharpPoint | "any-time"): Maker =>
  (random) => ({ kind: "kill", service, at, downMs: random.between(100, 1_500) });
const pause =
  (...services: ServiceName[]): Maker =>
  (random) => ({ kind: "pause", service: random.pick(services), forMs: random.between(1_000, 4_000) });
const cluster =
  (kind: "kill-cluster" | "pause-cluster", name: "postgres" | "broker"): Maker =>
  (random) => ({ kind, cluster: name, forMs: random.between(500, 4_000) });
const silent =
  (when: "before-charging" | "after-charging"): Maker =>
  (random) => ({ kind: "provider-silent", when, calls: random.between(1, 4) });
const webhooks =
  (how: "repeated" | "reordered" | "delayed"): Maker =>
  (random) => ({ kind: "webhooks", how, count: random.between(3, 8) });
const events =
  (how: "repeated" | "reordered" | "published-again"): Maker =>
  (random) => ({ kind: "events", how, forMs: random.between(1_000, 3_000) });
const skewed: readonly ServiceName[] = ["menu", "orders", "delivery", "payments"];

/** One of each; a run deals them out, and shuffles them anew when they are used up. */
const deck: readonly Maker[] = [
  kill("orders", "before-commit"),
  kill("orders", "before-publish"),
  kill("orders", "before-acknowledge"),
  kill("payments", "before-provider"),
  kill("payments", "after-provider"),
  kill("payments", "before-commit"),
  kill("payments", "before-acknowledge"),
  kill("menu", "before-acknowledge"),
  kill("delivery", "before-publish"),
  kill("delivery", "before-commit"),
  kill("sandbox-psp", "after-provider"),
  kill("router", "any-time"),
  kill("users", "any-time"),
  pause("orders", "payments"),
  pause("delivery", "menu"),
  pause("router", "sandbox-psp", "users"),
  cluster("kill-cluster", "postgres"),
  cluster("kill-cluster", "broker"),
  cluster("pause-cluster", "postgres"),
  cluster("pause-cluster", "broker"),
  silent("before-charging"),
  silent("after-charging"),
  webhooks("repeated"),
  webhooks("reordered"),
  webhooks("delayed"),
  events("repeated"),
  events("reordered"),
  events("published-again"),
  (random) => ({ kind: "skew", service: random.pick(skewed), offsetMs: random.between(-20_000, 20_000) }),
  (random) => ({ kind: "reset-connections", database: random.pick(subgraphNames) }),
];

/** The faults of a run, in the order of their striking, spread over its orders. */
export function scheduleOf(seed: number, orders: number, faults: number): Fault[] {
  const random = randomOf(seed, "faults");
  let left: Maker[] = [];
  return Array.from({ length: faults }, (_, index) => {
    if (left.length === 0) left = random.shuffled(deck);
    const made = left.pop()!(random);
    return { ...made, afterOrders: Math.floor(((index + 0.5) * orders) / faults) };
  });
}

/** The fault in a few words. */
export function describe({ afterOrders, kind, ...rest }: Fault): string {
  const details = Object.entries(rest).map(([name, value]) => `${name} ${String(value)}`);
  return `after ${afterOrders} orders: ${kind}, ${details.join(", ")}`;
}
