import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Stripe from "stripe";
import { afterEach, describe, expect, it } from "vitest";
import { apiKey, kill, pay, useProviders, webhookSecret } from "./testing/provider.ts";

const provider = useProviders();
const receivers: Server[] = [];
afterEach(() => {
  for (const server of receivers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe("webhooks", () => {
  /** A receiver that verifies each delivery; resolves `until` when the wanted number of distinct events was taken. */
  async function receiver(answers: (attempt: number) => number = () => 200) {
    const taken: Stripe.Event[] = [];
    const stripe = new Stripe(apiKey);
    let attempts = 0;
    let check = () => {};
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const event = stripe.webhooks.constructEvent(
        Buffer.concat(chunks),
        request.headers["stripe-signature"]!,
        webhookSecret,
      );
      const status = answers((attempts += 1));
      if (status === 200) taken.push(event);
      response.writeHead(status).end();
      check();
    });
    receivers.push(server);
    await once(server.listen(0, "127.0.0.1"), "listening");
    const until = (done: () => boolean) =>
      new Promise<void>((resolve) => {
        check = () => void (done() && resolve());
        check();
      });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, taken, until };
  }

  it("are signed and repeated until taken", async () => {
    const { url, taken, until } = await receiver((attempt) => (attempt <= 2 ? 500 : 200));
    const { stripe } = await provider.start({ WEBHOOK_URL: url, WEBHOOK_RETRY_MS: "10" });
    const intent = await stripe.paymentIntents.create(pay("pm_card_visa"));
    await until(() => taken.length >= 3);
    expect(new Set(taken.map((event) => event.type))).toEqual(
      new Set(["payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated"]),
    );
    expect(taken.find((event) => event.type === "payment_intent.amount_capturable_updated")!.data.object).toMatchObject(
      { id: intent.id },
    );
    expect((await stripe.events.list({ type: "charge.succeeded" })).data).toHaveLength(1);
  });

  it("can be sent twice and newest first", async () => {
    const { url, taken, until } = await receiver();
    const { stripe } = await provider.start({
      WEBHOOK_URL: url,
      WEBHOOK_DUPLICATES: "1",
      WEBHOOK_REORDER_WINDOW: "3",
      WEBHOOK_DELAY_MS: "5",
    });
    await stripe.paymentIntents.create(pay("pm_card_visa"));
    await until(() => taken.length === 6);
    const ids = taken.map((event) => event.id);
    expect(new Set(ids).size).toBe(3);
    expect(taken.filter((_, index) => index % 2 === 0).map((event) => event.type)).toEqual([
      "payment_intent.amount_capturable_updated",
      "charge.succeeded",
      "payment_intent.created",
    ]);
  });

  it("not taken before a kill -9 are sent after the restart", async () => {
    const first = await provider.start();
    await first.stripe.paymentIntents.create(pay("pm_card_visa"));
    await kill(first.child);
    const { url, taken, until } = await receiver();
    await provider.start({ WEBHOOK_URL: url });
    await until(() => taken.length === 3);
    expect(taken).toHaveLength(3);
  });
});
