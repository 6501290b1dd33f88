/** Payments over a fresh database, with the sandbox card provider as the separate process that a real one would be. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import Stripe from "stripe";
import { vi } from "vitest";
import { fromUuid, newId, toUuid } from "../../../kit/id.ts";
import { testSubgraph, userCaller } from "../../../kit/testing/subgraph.ts";
import { env } from "../env.ts";
import { start } from "../main.ts";

// Two processes and a database start per file: on a busy machine that takes a while.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const secretKey = "sk_test_payments_rig";
/** Signs the rig's webhooks. */
export const webhookSecret = "whsec_payments_rig";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function startProvider(port: number, webhookUrl: string | null) {
  const folder = mkdtempSync(join(tmpdir(), "payments-psp-"));
  const main = join(import.meta.dirname, "../../../sandbox/psp/main.ts");
  const child = spawn(process.execPath, [main], {
    env: {
      PORT: String(port),
      DATA_FOLDER: folder,
      STRIPE_SECRET_KEY: secretKey,
      WEBHOOK_SECRET: webhookSecret,
      LOG_LEVEL: "fatal",
      HOLD_MS: "3000",
      PAYOUT_ARRIVAL_MS: "20",
      WEBHOOK_DUPLICATES: "1",
      WEBHOOK_REORDER_WINDOW: "2",
      WEBHOOK_REORDER_WAIT_MS: "50",
      ...(webhookUrl ? { WEBHOOK_URL: webhookUrl } : {}),
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  await vi.waitFor(() => fetch(`http://127.0.0.1:${port}/health`), { timeout: 25_000, interval: 30 });
  return async () => {
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
}

/** What an order of 120.00 is made of, unless told otherwise. */
export const amounts = {
  currency: "IDR",
  itemsMinor: 80_000,
  discountMinor: 5_000,
  taxMinor: 10_000,
  deliveryFeeMinor: 20_000,
  serviceFeeMinor: 5_000,
  smallOrderFeeMinor: 0,
  tipMinor: 10_000,
  totalMinor: 120_000,
};

/** The lines of such an order: three of one dish, one of another. */
export const linesOf = (orderId: string) => [
  { lineId: `${orderId}.0`, itemId: newId("itm"), quantity: 3, netMinor: 50_000, taxMinor: 5_000 },
  { lineId: `${orderId}.1`, itemId: newId("itm"), quantity: 1, netMinor: 25_000, taxMinor: 2_500 },
];

/** Starts both; `webhooks` true lets the provider call back, doubled and out of order. */
export async function startRig({ webhooks = false, settings: more = {} as Record<string, string> } = {}) {
  const port = await freePort();
  const apiUrl = `http://127.0.0.1:${port}`;
  const settings = {
    STRIPE_API_URL: apiUrl,
    STRIPE_SECRET_KEY: secretKey,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    // Less than the provider holds an answer that is to be lost, and far more than an answer takes on a busy machine. The
    // SDK repeats a request whose connection was cut, so only a timeout leaves the outcome unknown.
    STRIPE_TIMEOUT_MS: "2000",
    ...more,
  };
  const payments = await testSubgraph("payments", { start, env, settings });
  const stopProvider = await startProvider(port, webhooks ? `${payments.url}/webhooks/stripe` : null);
  const stripe = new Stripe(secretKey, {
    host: "127.0.0.1",
    port,
    protocol: "http",
    telemetry: false,
    maxNetworkRetries: 0,
  });
  const told = async (orderId: string) =>
    (await payments.outbox()).filter((event) => (event.data as { orderId?: string }).orderId === orderId);
  const events = async (orderId: string) => (await told(orderId)).map((event) => event.type);
  const stateOf = async (orderId: string): Promise<string> => {
    const query =
      'query ($id: ID!) { _entities(representations: [{ __typename: "Order", id: $id }]) { ... on Order { payment { state } } } }';
    const answer = await payments.graphql(query, { id: orderId }, userCaller(newId("usr"), "support"));
    return answer.data?._entities[0].payment?.state;
  };
  return {
    ...payments,
    stripe,
    /** Where the provider answers. */
    providerUrl: apiUrl,
    told,
    events,
    stateOf,
    /** The id of the order's payment. */
    async paymentId(orderId: string): Promise<string> {
      const event = (await told(orderId))[0];
      if (event) return event.aggregateId;
      const [row] = await payments.sql`select id from payments where order_id = ${toUuid(orderId)}`;
      return fromUuid("pay", row?.["id"] as string);
    },
    ...orderEvents(payments),
    /** Sends a webhook that the provider could have signed; a forged one when `secret` is another. */
    async webhook(event: object, { secret = webhookSecret, timestamp = Math.floor(Date.now() / 1000) } = {}) {
      const payload = JSON.stringify(event);
      const header = await stripe.webhooks.generateTestHeaderStringAsync({ payload, secret, timestamp });
      return fetch(`${payments.url}/webhooks/stripe`, {
        method: "POST",
        headers: { "stripe-signature": header },
        body: payload,
      });
    },
    /** Lets so much time pass, and what falls due then happen. */
    async later(milliseconds: number) {
      payments.clock.advance(milliseconds);
      await payments.runTimers();
    },
    /** Lets time pass until `look` is content: a call that the provider never answered is made again. */
    until: (look: () => Promise<void>) =>
      vi.waitFor(
        async () => {
          payments.clock.advance(60_000);
          await payments.runTimers();
          await look();
        },
        { timeout: 25_000 },
      ),
    /** The provider's intents of an order. */
    async intents(orderId: string) {
      const { data } = await stripe.paymentIntents.list({ limit: 100 });
      return data.filter(({ metadata }) => metadata?.["order_id"] === orderId);
    },
    async stop() {
      await stopProvider();
      await payments.stop();
    },
  };
}

export type Rig = Awaited<ReturnType<typeof startRig>>;

function orderEvents(payments: Awaited<ReturnType<typeof testSubgraph>>) {
  const people = { customerId: newId("usr"), restaurantId: newId("rst") };
  /** An event of orders; what it causes at the provider waits for `runTimers`. */
  const say = async (type: string, orderId: string, data: object = {}) => {
    const receipt = await payments.deliver({
      type,
      source: "orders",
      aggregateId: orderId,
      data: { orderId, ...people, ...data },
    });
    if (receipt !== "applied") throw new Error(`${type} was ${receipt}`);
  };
  const tell = async (type: string, orderId: string, data: object = {}) => {
    await say(type, orderId, data);
    await payments.runTimers();
  };
  const withdrawn = async (orderId: string) => {
    const deliveryId = newId("dlv");
    const data = { deliveryId, orderId };
    await payments.deliver({ type: "delivery.cancelled.v1", source: "delivery", aggregateId: deliveryId, data });
  };
  const created =
    (scheduledFor: string | null) =>
    async (paymentMethod = "pm_card_visa") => {
      const orderId = newId("ord");
      const order = { fulfilment: "DELIVERY", amounts, lines: linesOf(orderId) };
      await tell("order.created.v1", orderId, { ...order, paymentMethod, scheduledFor });
      return orderId;
    };
  return {
    ...people,
    say,
    tell,
    /** An order whose payment was asked for. */
    order: created(null),
    /** An order of next week, whose payment method was asked to be saved. */
    scheduled: created("2026-06-08T05:00:00.000Z"),
    due: (orderId: string) => tell("order.due.v1", orderId),
    cancelling: (orderId: string, feeMinor = 0) =>
      tell("order.cancelling.v1", orderId, { reason: "changed my mind", feeMinor }),
    accept: (orderId: string) =>
      tell("order.accepted.v1", orderId, {
        fulfilment: "DELIVERY",
        prepSeconds: 600,
        readyAt: "2026-06-01T05:20:00.000Z",
      }),
    complete: (orderId: string, courierId: string) =>
      tell("order.completed.v1", orderId, {
        items: [],
        amounts,
        courierId,
        courierPayMinor: 16_000,
        at: "2026-06-02T05:20:00.000Z",
      }),
    withdrawn,
    async withdrawDelivery(orderId: string) {
      await withdrawn(orderId);
      await payments.runTimers();
    },
  };
}
