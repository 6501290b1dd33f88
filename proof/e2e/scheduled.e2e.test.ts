import { afterAll, beforeAll, expect, test } from "vitest";
import { placeQuoted, quote } from "../../demo/order/customer.ts";
import { mutate, until, type Ask } from "../../demo/order/graphql.ts";
import { finish, signInPeople } from "../../demo/order/order.ts";
import { demoId, demoLocation } from "../../demo/world/world.ts";
import { dataFolder, startTestSystem, type TestSystem } from "./system.ts";

/** After a power cut, an event that was being handled comes back after up to 25 s. */
const patienceMs = 90_000;

let folder: Awaited<ReturnType<typeof dataFolder>>;
let system: TestSystem | undefined;

beforeAll(async () => {
  folder = await dataFolder();
});
afterAll(async () => {
  await system?.stop();
  await folder?.remove();
});

const stateOf = (ask: Ask, id: string) => async () => {
  const { order } = await ask<{ order: { state: string; placedAt: string | null; payment: { state: string } | null } }>(
    `query Order($id: ID!) { order(id: $id) { state placedAt payment { state } } }`,
    { id },
  );
  return order;
};

test(
  "an order for later survives kill -9 of the whole system, is placed at its time, once, and is completed",
  { timeout: 300_000 },
  async () => {
    system = await startTestSystem(folder.path);
    const before = await signInPeople(system.url);
    // It is due an hour before its time: half a minute from now, which the restart may take.
    const scheduledFor = new Date(Date.now() + 60 * 60_000 + 30_000).toISOString();
    const quoteId = await quote(before.customer, demoId("rst", 0), () => {}, { scheduledFor });
    const orderId = await placeQuoted(before.customer, quoteId, "for-later");
    const waiting = (order: { state: string }) => order.state === "SCHEDULED";
    const seen = await until("the card to be saved", 25_000, stateOf(before.customer, orderId), waiting);
    expect(seen.placedAt).toBeNull();
    await system.kill();

    system = await startTestSystem(folder.path);
    const after = await signInPeople(system.url);
    expect(await placeQuoted(after.customer, quoteId, "for-later")).toBe(orderId);
    const placed = (order: { state: string }) => order.state === "PLACED";
    const due = await until("its time", patienceMs, stateOf(after.customer, orderId), placed);
    expect(due.payment?.state).toBe("AUTHORIZED");
    expect(Date.parse(due.placedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(scheduledFor) - 60 * 60_000);
    await mutate(after.courier, "goOnline", { location: demoLocation("restaurant", 0) });
    await mutate(after.owner, "acceptOrder", { orderId, prepMinutes: 5 });

    const outcome = await finish(after, orderId, () => {}, patienceMs);
    expect(outcome.order.history.map(({ to }) => to)).toEqual([
      "PENDING_PAYMENT",
      "SCHEDULED",
      "PLACED",
      "ACCEPTED",
      "PREPARING",
      "READY",
      "PICKED_UP",
      "DELIVERED",
      "COMPLETED",
    ]);
    expect(outcome.payment.state).toBe("CAPTURED");
    expect(outcome.payment.captured.amount).toBe(outcome.order.total.amount);
    expect(outcome.ledgerSum).toBe(0);
  },
);
