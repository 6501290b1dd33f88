import type { OrderRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";
import { historyOf, orderById } from "./loaders.ts";

/** A mutation's success with the changed order. What the request read of it before is forgotten: more moves may follow. */
export function changedOrder<T extends string>(context: Context, __typename: T, order: OrderRow) {
  orderById(context).clear(order.id).prime(order.id, order);
  historyOf(context).clear(order.id);
  return { __typename, order };
}
