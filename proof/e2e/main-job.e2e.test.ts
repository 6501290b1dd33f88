import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { playOrder, signIn } from "../../demo/order/order.ts";
import { demoEmail, demoId } from "../../demo/world/world.ts";
import { engines } from "./env.ts";
import { dataFolder, startTestSystem, type TestSystem } from "./system.ts";

describe.each(engines)("the main job through the public graph, on %s", (engine) => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let system: TestSystem;
  let orderId = "";

  beforeAll(async () => {
    folder = await dataFolder();
    system = await startTestSystem(folder.path, { ROUTER_ENGINE: engine });
  });
  afterAll(async () => {
    await system?.stop();
    await folder?.remove();
  });

  /** GraphQL requests that each subgraph has answered so far. */
  async function served(): Promise<Record<string, number>> {
    const counts = Object.entries(system.subgraphs).map(async ([name, url]) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return [name, Number(/graphql_requests_total\S* (\d+)/.exec(text)?.[1])] as const;
    });
    return Object.fromEntries(await Promise.all(counts));
  }

  test("an order goes from search to COMPLETED and the ledger balances", async () => {
    const outcome = await playOrder(system.url, demoId("rst", 0), () => {});
    orderId = outcome.order.id;
    expect(outcome.order.state).toBe("COMPLETED");
    expect(outcome.payment.state).toBe("CAPTURED");
    expect(outcome.payment.captured.amount).toBe(outcome.order.total.amount);
    expect(outcome.ledgerSum).toBe(0);
    expect(outcome.ledgerEntries).toBeGreaterThan(2);
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
  });

  test("one query is answered by all five subgraphs", async () => {
    const customer = await signIn(system.url, demoEmail.customer(0));
    const before = await served();
    const { order } = await customer<{ order: Record<string, never> }>(
      `query Everything($id: ID!) { order(id: $id) { state
        customer { displayName } restaurant { name } lines { item { name price { amount } } }
        delivery { state courier { user { displayName } } } payment { state captured { amount } } } }`,
      { id: orderId },
    );
    expect(order).toMatchObject({
      state: "COMPLETED",
      customer: { displayName: expect.any(String) },
      restaurant: { name: expect.any(String) },
      lines: [{ item: { name: expect.any(String), price: { amount: expect.any(Number) } } }],
      delivery: { state: "DELIVERED", courier: { user: { displayName: expect.any(String) } } },
      payment: { state: "CAPTURED", captured: { amount: expect.any(Number) } },
    });
    const after = await served();
    for (const [name, count] of Object.entries(after))
      expect(count, `${name} answered`).toBeGreaterThan(before[name] ?? 0);
  });
});
