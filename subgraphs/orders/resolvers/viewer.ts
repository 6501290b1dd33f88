/** Who asks, and what they may see. */
import { isSupport, userIdOf } from "../../../kit/access/caller.ts";
import type { OrderRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";
import { couriersOf, orderById, restaurantsOf } from "./loaders.ts";

/** Whether the caller may act for the restaurant. */
export async function isMemberOf(context: Context, restaurantId: string): Promise<boolean> {
  const userId = userIdOf(context);
  if (userId === null) return false;
  return (await restaurantsOf(context).load(userId))?.has(restaurantId) ?? false;
}

async function isItsCourier(context: Context, order: OrderRow): Promise<boolean> {
  const userId = userIdOf(context);
  if (userId === null || order.courierId === null) return false;
  return (await couriersOf(context).load(userId))?.has(order.courierId) ?? false;
}

/** The order, if the caller is its customer, its restaurant's, its courier or support; else null. */
export async function visibleOrder(context: Context, id: string): Promise<OrderRow | null> {
  if (userIdOf(context) === null) return null;
  const order = await orderById(context).load(id);
  if (order === null || isSupport(context) || order.customerId === userIdOf(context)) return order;
  const allowed = (await isMemberOf(context, order.restaurantId)) || (await isItsCourier(context, order));
  return allowed ? order : null;
}
