/** Who bears a promotion, from the quote to the ledger. */
import { expect, test } from "vitest";
import { newId, toUuid } from "../../kit/id.ts";
import { randomOf } from "../chaos/random.ts";
import { act, newScene, openTown } from "./people.ts";
import { startModelSystem } from "./system.ts";

test("a restaurant's share of a discount is taken from what it is owed once the order is completed, the rest is the platform's", async () => {
  const system = await startModelSystem();
  try {
    const scene = await newScene(system, await openTown(system));
    const { restaurantId, itemId, code, customer, owner } = scene;
    const settle = () => system.settle(randomOf(1, "mail"));
    const basket = { restaurantId, lines: [{ itemId, quantity: 1 }], fulfilment: "PICKUP", promotionCode: code };
    const quoted = await act(system.orders, customer, "quoteCart", basket, "... on QuoteCartSuccess { quote { id } }");
    const wish = { quoteId: quoted["quote"].id, paymentMethod: "pm_card_visa", idempotencyKey: newId("key") };
    const fields = "... on PlaceOrderSuccess { order { id amounts { discount { amount } } } }";
    const { order } = await act(system.orders, customer, "placeOrder", wish, fields);
    expect(order.amounts.discount.amount).toBe(400_000);
    const orderId: string = order.id;
    await settle();
    for (const [name, more] of [["acceptOrder", { prepMinutes: 5 }], ["startPreparing"], ["markReady"]] as const) {
      await act(system.orders, owner, name, { orderId, ...more });
      await settle();
    }
    const query = `query ($id: ID!) { order(id: $id) { collectionCode } }`;
    const seen = await system.orders.graphql(query, { id: orderId }, customer);
    await act(system.orders, owner, "confirmCollection", { orderId, code: seen.data?.order.collectionCode });
    await settle();
    system.clock.advance(25 * 60 * 60_000);
    await settle();
    const posted = await system.payments.sql<{ account: string; amount: string }[]>`
      select a.kind as account, sum(e.amount_minor) as amount from ledger_entries e
        join ledger_transactions t on t.id = e.transaction_id join ledger_accounts a on a.id = e.account_id
      where t.order_id = ${toUuid(orderId)}::uuid and t.kind = 'order-settled' group by a.kind`;
    const of = Object.fromEntries(posted.map(({ account, amount }) => [account, Number(amount)]));
    // 40 % of the discount are the restaurant's; 20 % of what it then sold for are the commission.
    const sales = 4_000_000 - 160_000;
    expect(of).toMatchObject({
      promo_expense: 240_000,
      commission: -sales * 0.2,
      restaurant_payable: -sales * 0.8,
      orders_held: 4_000_000 - 400_000 + 360_000 + 108_000 + 11_880,
    });
  } finally {
    await system.stop();
  }
});
