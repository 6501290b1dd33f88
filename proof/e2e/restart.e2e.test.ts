import { afterAll, beforeAll, expect, test } from "vitest";
import { finish, placeAndAccept, signInPeople } from "../../demo/order/order.ts";
import { demoId } from "../../demo/world/world.ts";
import { dataFolder, startTestSystem, type TestSystem } from "./system.ts";

/** After a power cut, an event that was being handled comes back after up to 25 s. */
const patienceMs = 60_000;

let folder: Awaited<ReturnType<typeof dataFolder>>;
let system: TestSystem | undefined;

beforeAll(async () => {
  folder = await dataFolder();
});
afterAll(async () => {
  await system?.stop();
  await folder?.remove();
});

test(
  "an accepted order survives kill -9 of the whole system and is completed after the restart",
  { timeout: 240_000 },
  async () => {
    system = await startTestSystem(folder.path);
    const orderId = await placeAndAccept(await signInPeople(system.url), demoId("rst", 0), () => {});
    await system.kill();

    system = await startTestSystem(folder.path);
    const outcome = await finish(await signInPeople(system.url), orderId, () => {}, patienceMs);
    expect(outcome.order.id).toBe(orderId);
    expect(outcome.order.state).toBe("COMPLETED");
    expect(outcome.order.history.map(({ to }) => to)).toEqual([
      "PENDING_PAYMENT",
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
    expect(outcome.ledgerEntries).toBeGreaterThan(2);
  },
);
