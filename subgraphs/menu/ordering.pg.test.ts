import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { testNow, testSubgraph, userCaller } from "../../kit/testing/subgraph.ts";
import { demoId, demoUserId } from "../../demo/world/world.ts";
import { seed } from "./db/seed.ts";
import { env } from "./env.ts";
import { start } from "./main.ts";

let menu: Awaited<ReturnType<typeof testSubgraph>>;

beforeAll(async () => {
  menu = await testSubgraph("menu", { start, env });
  await seed(menu.db, "test", testNow);
  await seed(menu.db, "test", testNow);
});
afterAll(() => menu.stop());

const owner = userCaller(demoUserId.owner(0), "customer");
const admin = userCaller(demoUserId.admin(), "admin");
const orders = { kind: "service", service: "orders" } as const;
const users = { kind: "service", service: "users" } as const;
const rst = (n: number) => demoId("rst", n);
const itm = (n: number) => demoId("itm", n);

describe("for orders alone", () => {
  const priceItems = `query($input: PriceItemsInput!) { priceItems(input: $input) { open currency status lines { itemId unitPriceMinor problem } } }`;
  const line = (n: number, quantity: number, modifierIds: string[] = []) => ({ itemId: itm(n), quantity, modifierIds });

  test("prices and problems of every line", async () => {
    const lines = [
      line(0, 2, [demoId("mod", 10)]),
      line(2, 1),
      line(2, 1, [demoId("mod", 201)]),
      line(5, 41),
      line(100, 1),
      line(1, -1),
    ];
    const { data } = await menu.graphql(
      priceItems,
      { input: { restaurantId: rst(0), at: testNow.toISOString(), lines } },
      orders,
    );
    expect(data.priceItems).toMatchObject({ open: true, currency: "IDR", status: "ACTIVE" });
    expect(data.priceItems.lines.map((each: { problem: string }) => each.problem)).toEqual([
      null,
      "MODIFIER_LIMITS",
      null,
      "OUT_OF_STOCK",
      "UNKNOWN_ITEM",
      "BAD_QUANTITY",
    ]);
  });

  test.each([[owner], [admin], [users], [{ kind: "anonymous" } as const]])("%j may not ask", async (caller) => {
    const input = { restaurantId: rst(0), at: testNow.toISOString(), lines: [line(0, 1)] };
    const answer = await menu.graphql(priceItems, { input }, caller);
    expect(["FORBIDDEN", "UNAUTHENTICATED"]).toContain(answer.errors?.[0]?.extensions.code);
  });

  test("a hold follows its order's events, and its timer", async () => {
    const reserve = `mutation($input: ReserveStockInput!) { reserveStock(input: $input) { ok problems { itemId problem } } }`;
    const stock = async () =>
      (await menu.graphql(`query($id: ID!) { menuItem(id: $id) { stock } }`, { id: itm(5) })).data.menuItem.stock;
    const hold = async () => {
      const orderId = newId("ord");
      const expiresAt = new Date(menu.clock.now().getTime() + 60_000).toISOString();
      const input = {
        orderId,
        restaurantId: rst(0),
        at: testNow.toISOString(),
        expiresAt,
        lines: [{ itemId: itm(5), quantity: 2 }],
      };
      expect((await menu.graphql(reserve, { input }, orders)).data.reserveStock).toEqual({ ok: true, problems: [] });
      return orderId;
    };
    const tell = (type: string, orderId: string, extra: object) =>
      menu.deliver({
        type,
        source: "orders",
        aggregateId: orderId,
        data: { orderId, customerId: demoUserId.customer(0), restaurantId: rst(0), ...extra },
      });
    const before = await stock();
    const [rejected, accepted] = [await hold(), await hold()];
    await hold();
    expect(await stock()).toBe(before - 6);
    expect(await tell("order.rejected.v1", rejected, { reason: "closing" })).toBe("applied");
    await tell("order.accepted.v1", accepted, {
      fulfilment: "PICKUP",
      prepSeconds: 600,
      readyAt: testNow.toISOString(),
    });
    menu.clock.advance(61_000);
    await menu.runTimers();
    expect(await stock()).toBe(before - 2);
  });
});
