/** Orders, menu, delivery and payments in one process: real databases and card provider, events and time by hand. */
import { manualClock } from "../../kit/clock.ts";
import type { Event } from "../../kit/events/event.ts";
import { relayBatch } from "../../kit/events/relay.ts";
import { testNow, testSubgraph, type FakeCalls } from "../../kit/testing/subgraph.ts";
import { topics as deliveryTopics } from "../../subgraphs/delivery/events/handlers.ts";
import { env as deliveryEnv } from "../../subgraphs/delivery/env.ts";
import { start as startDelivery } from "../../subgraphs/delivery/main.ts";
import { topics as menuTopics } from "../../subgraphs/menu/events/handlers.ts";
import { env as menuEnv } from "../../subgraphs/menu/env.ts";
import { start as startMenu } from "../../subgraphs/menu/main.ts";
import { env as ordersEnv } from "../../subgraphs/orders/env.ts";
import { start as startOrders } from "../../subgraphs/orders/main.ts";
import { topics as paymentsTopics } from "../../subgraphs/payments/events/handlers.ts";
import { env as paymentsEnv } from "../../subgraphs/payments/env.ts";
import { start as startPayments } from "../../subgraphs/payments/main.ts";
import type { Random } from "../chaos/random.ts";
import { startProvider } from "./provider.ts";

export type Subgraph = Awaited<ReturnType<typeof testSubgraph>>;
export type Name = "orders" | "menu" | "delivery" | "payments";

const never = String(100 * 365 * 24 * 60 * 60_000);
const settings: Record<Name, Record<string, string>> = {
  orders: {},
  menu: {},
  // Couriers of the model think as long as they like, and nobody is forgotten.
  delivery: { COURIER_SILENCE_MS: never, COURIER_STALE_MS: never, OFFER_COOLDOWN_MS: "1" },
  // A busy machine is no provider that is away.
  payments: { RECONCILE_INTERVAL_MS: never, PAYOUT_PERIOD_MS: never, STRIPE_TIMEOUT_MS: "20000" },
};

const topicsOf: Record<Name, readonly string[]> = {
  orders: ["payment", "delivery", "membership", "courier", "user"],
  menu: menuTopics,
  delivery: deliveryTopics,
  payments: paymentsTopics,
};

/** Where every customer lives; users is not part of the model. */
export const home = { latitude: -6.21, longitude: 106.82 };

const users: FakeCalls[string] = (_, { addressId }: { addressId: string }) => ({
  addressForOrder: {
    addressId,
    line1: "Jalan Melati 1",
    line2: null,
    city: "Jakarta",
    postalCode: null,
    notes: null,
    recipientName: "Ayu",
    phone: null,
    location: home,
  },
});

/** Most turns until nothing moves any more. */
const patience = 400;

/** Starts them with an empty world. */
export async function startModelSystem() {
  const clock = manualClock(testNow);
  const provider = await startProvider();
  const all = {} as Record<Name, Subgraph>;
  const ask =
    (from: Name, to: Name): FakeCalls[string] =>
    async (query, variables) => {
      const answer = await all[to].graphql(query, variables, { kind: "service", service: from });
      if (answer.errors) throw new Error(`${from} asked ${to}: ${JSON.stringify(answer.errors)}`);
      return answer.data;
    };
  const ordersCalls = { users, menu: ask("orders", "menu"), delivery: ask("orders", "delivery") };
  const started = await Promise.all([
    testSubgraph("orders", {
      start: startOrders,
      env: ordersEnv,
      settings: settings.orders,
      clock,
      calls: ordersCalls,
    }),
    testSubgraph("menu", { start: startMenu, env: menuEnv, settings: settings.menu, clock }),
    testSubgraph("delivery", {
      start: startDelivery,
      env: deliveryEnv,
      settings: settings.delivery,
      clock,
      calls: { orders: ask("delivery", "orders") },
    }),
    testSubgraph("payments", {
      start: startPayments,
      env: paymentsEnv,
      clock,
      settings: { ...settings.payments, ...provider.settings },
    }),
  ]);
  [all.orders, all.menu, all.delivery, all.payments] = started;
  const subgraphs = Object.entries(all) as [Name, Subgraph][];
  return {
    ...all,
    clock,
    settle: (random: Random) => settle(subgraphs, random, clock),
    stop: async () => {
      for (const [, subgraph] of subgraphs) await subgraph.stop();
      await provider.stop();
    },
  };
}

export type ModelSystem = Awaited<ReturnType<typeof startModelSystem>>;

type HandOver = { to: Subgraph; event: Event; again: boolean };

/** Hands over what was sent in any order, some of it twice; the inboxes have to put it right. */
async function handOver(pool: HandOver[], random: Random): Promise<void> {
  while (pool.length > 0) {
    const at = random.between(0, pool.length - 1);
    const { to, event, again } = pool[at]!;
    await to.deliver(event);
    if (again || random.fraction() > 0.2) pool.splice(at, 1);
    else pool[at] = { to, event, again: true };
  }
}

const interested = (subgraphs: readonly [Name, Subgraph][], event: Event): Subgraph[] =>
  subgraphs.filter(([name]) => topicsOf[name].includes(event.type.split(".")[0] ?? "")).map(([, subgraph]) => subgraph);

/** Lets everything happen that can happen now: events, timers that are due, tries again. Throws when it never ends. */
async function settle(
  subgraphs: readonly [Name, Subgraph][],
  random: Random,
  clock: { now(): Date; advance(ms: number): void },
): Promise<void> {
  for (let turn = 0; turn < patience; turn++) {
    const pool: HandOver[] = [];
    const publish = async (batch: readonly Event[]) => {
      for (const event of batch) for (const to of interested(subgraphs, event)) pool.push({ to, event, again: false });
    };
    const now = clock.now();
    const sent = await Promise.all(subgraphs.map(([, { db }]) => relayBatch({ db, broker: { publish }, now })));
    await handOver(pool, random);
    const did = await Promise.all(
      subgraphs.map(async ([, subgraph]) => (await subgraph.runTimers()) + (await subgraph.resume())),
    );
    if ([...sent, ...did].some((count) => count > 0)) continue;
    if (await isAtRest(subgraphs)) return;
    // What failed comes back after a moment.
    clock.advance(1_000);
  }
  throw new Error("it does not come to rest");
}

/** Timers of other processes than an order's; what they wait for is not for the model to say. */
const foreign = /^(payout|ledger|reconcile|audit|payment\.fee)/;

/** Whether the provider owes an answer: payments looks again after a while. */
async function isAsking(sql: Subgraph["sql"]): Promise<boolean> {
  const [asked] = await sql<
    { live: number }[]
  >`select count(*)::int as live from payment_attempts where state = 'LIVE'`;
  const [refunds] = await sql<{ live: number }[]>`select count(*)::int as live from refunds where state = 'PENDING'`;
  return (asked?.live ?? 0) + (refunds?.live ?? 0) > 0;
}

async function isAtRest(subgraphs: readonly [Name, Subgraph][]): Promise<boolean> {
  for (const [name, { sql }] of subgraphs) {
    const waiting = await sql<{ state: string; error: string | null; event: Event }[]>`
      select state, error, event from parked_events`;
    for (const { state, error, event } of waiting)
      if (state === "quarantined") throw new Error(`${name} gave ${event.type} up: ${error}`);
    const failed = await sql<{ name: string }[]>`select name from timers where error is not null`;
    if (waiting.length > 0 || failed.some((timer) => !foreign.test(timer.name))) return false;
    if (name === "payments" && (await isAsking(sql))) return false;
  }
  return true;
}
