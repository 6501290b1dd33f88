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
import { newId } from "../../../kit/id.ts";
import { testSubgraph, userCaller } from "../../../kit/testing/subgraph.ts";
import { env } from "../env.ts";
import { start } from "../main.ts";

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
  const main = join(import.meta.dirname, "../../../deploy/sandbox-psp/main.ts");
  const child = spawn(process.execPath, [main], {
    env: {
      PORT: String(port),
      DATA_FOLDER: folder,
      STRIPE_SECRET_KEY: secretKey,
      WEBHOOK_SECRET: webhookSecret,
      LOG_LEVEL: "fatal",
      HOLD_MS: "500",
      WEBHOOK_DUPLICATES: "1",
      WEBHOOK_REORDER_WINDOW: "2",
      WEBHOOK_REORDER_WAIT_MS: "50",
      ...(webhookUrl ? { WEBHOOK_URL: webhookUrl } : {}),
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  await vi.waitFor(() => fetch(`http://127.0.0.1:${port}/health`), { timeout: 10_000, interval: 30 });
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

/** Starts both; `webhooks` true lets the provider call back, doubled and out of order. */
export async function startRig({ webhooks = false } = {}) {
  const port = await freePort();
  const apiUrl = `http://127.0.0.1:${port}`;
  const settings = {
    STRIPE_API_URL: apiUrl,
    STRIPE_SECRET_KEY: secretKey,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    STRIPE_TIMEOUT_MS: "300",
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
  const events = async (orderId: string) =>
    (await payments.outbox())
      .filter((event) => (event.data as { orderId?: string }).orderId === orderId)
      .map((event) => event.type);
  const stateOf = async (orderId: string): Promise<string> => {
    const query =
      'query ($id: ID!) { _entities(representations: [{ __typename: "Order", id: $id }]) { ... on Order { payment { state } } } }';
    const answer = await payments.graphql(query, { id: orderId }, userCaller(newId("usr"), "support"));
    return answer.data?._entities[0].payment?.state;
  };
  return {
    ...payments,
    stripe,
    events,
    stateOf,
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
    async stop() {
      await stopProvider();
      await payments.stop();
    },
  };
}

export type Rig = Awaited<ReturnType<typeof startRig>>;

function orderEvents(payments: Awaited<ReturnType<typeof testSubgraph>>) {
  const people = { customerId: newId("usr"), restaurantId: newId("rst") };
  const tell = async (type: string, orderId: string, data: object = {}) => {
    const receipt = await payments.deliver({
      type,
      source: "orders",
      aggregateId: orderId,
      data: { orderId, ...people, ...data },
    });
    if (receipt !== "applied") throw new Error(`${type} was ${receipt}`);
    await payments.runTimers();
  };
  return {
    ...people,
    tell,
    /** An order whose payment was asked for. */
    async order(paymentMethod = "pm_card_visa"): Promise<string> {
      const orderId = newId("ord");
      await tell("order.created.v1", orderId, { fulfilment: "DELIVERY", amounts, paymentMethod, scheduledFor: null });
      return orderId;
    },
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
    async withdrawDelivery(orderId: string) {
      const deliveryId = newId("dlv");
      await payments.deliver({
        type: "delivery.cancelled.v1",
        source: "delivery",
        aggregateId: deliveryId,
        data: { deliveryId, orderId },
      });
      await payments.runTimers();
    },
  };
}
