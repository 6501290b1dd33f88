/** What is known of the orders of a run, read from the databases as it is. */
import { toUuid } from "../../kit/id.ts";
import type { Expected } from "./expected.ts";
import type { Scene } from "./people.ts";
import type { ModelSystem } from "./system.ts";

/** The part of `Expected` that can be seen. */
export type Seen = Pick<
  Expected,
  "order" | "payment" | "delivery" | "capturedMinor" | "refundedMinor" | "stock" | "promotion"
>;

const nothing: Record<string, string> = {};

/** Each order as four databases have it. */
export async function look(system: ModelSystem, ids: readonly string[]): Promise<Seen[]> {
  const uuids = ids.map(toUuid);
  const wanted = `{${uuids.join(",")}}`;
  const of = async (rows: Promise<readonly Record<string, string>[]>) =>
    new Map((await rows).map((row) => [row["order_id"], row]));
  const { orders, payments, delivery, menu } = system;
  const [order, payment, carried, reserved, redeemed] = await Promise.all([
    of(orders.sql`select id as order_id, state from orders where id = any(${wanted}::text::uuid[])`),
    of(
      payments.sql`select order_id, state, captured_minor, refunded_minor from payments where order_id = any(${wanted}::text::uuid[])`,
    ),
    of(delivery.sql`select order_id, state from deliveries where order_id = any(${wanted}::text::uuid[])`),
    of(menu.sql`select order_id, state from stock_reservations where order_id = any(${wanted}::text::uuid[])`),
    of(orders.sql`select order_id, state from promotion_redemptions where order_id = any(${wanted}::text::uuid[])`),
  ]);
  return uuids.map((id) => ({
    order: order.get(id)?.["state"] ?? "NONE",
    payment: payment.get(id)?.["state"] ?? "NONE",
    delivery: carried.get(id)?.["state"] ?? null,
    capturedMinor: Number((payment.get(id) ?? nothing)["captured_minor"]),
    refundedMinor: Number((payment.get(id) ?? nothing)["refunded_minor"]),
    stock: (reserved.get(id)?.["state"] ?? "NONE") as Seen["stock"],
    promotion: (redeemed.get(id)?.["state"] ?? "NONE") as Seen["promotion"],
  }));
}

/** What is left of dish and code, and the sum of the whole ledger per currency. */
export async function lookAround({ menu, orders, payments }: ModelSystem, { itemId, promotionId }: Scene) {
  const [item] = await menu.sql<{ stock: number }[]>`select stock from menu_items where id = ${toUuid(itemId)}::uuid`;
  const [promotion] = await orders.sql<{ redeemed: number }[]>`
    select redeemed from promotions where id = ${toUuid(promotionId)}::uuid`;
  const sums = await payments.sql<{ sum: string }[]>`
    select sum(amount_minor) as sum from ledger_entries group by currency having sum(amount_minor) <> 0`;
  return { stock: item?.stock, redeemed: promotion?.redeemed, unbalanced: sums.length };
}
