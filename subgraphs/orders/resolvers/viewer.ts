/** Who asks, and what they may see. */
import { graphqlError } from "../../../kit/errors.ts";
import type { Asker } from "../actions/quote-cart.ts";
import type { OrderRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";
import { couriersOf, orderById, restaurantsOf } from "./loaders.ts";

/** The signed-in person. Throws UNAUTHENTICATED for others. */
export function askerOf({ caller, traceId }: Context): Asker {
  if (caller.kind !== "user") throw graphqlError("UNAUTHENTICATED");
  return { userId: caller.userId, traceId };
}

/** The caller's user id; null for anonymous callers and services. */
export const viewerId = ({ caller }: Context): string | null => (caller.kind === "user" ? caller.userId : null);

/** Support and administrators see every order. */
export const isSupport = ({ caller }: Context): boolean =>
  caller.kind === "user" && caller.roles.some((role) => role === "support" || role === "admin");

/** Whether the caller may act for the restaurant. */
export async function isMemberOf(context: Context, restaurantId: string): Promise<boolean> {
  const userId = viewerId(context);
  if (userId === null) return false;
  return (await restaurantsOf(context).load(userId))?.has(restaurantId) ?? false;
}

async function isItsCourier(context: Context, order: OrderRow): Promise<boolean> {
  const userId = viewerId(context);
  if (userId === null || order.courierId === null) return false;
  return (await couriersOf(context).load(userId))?.has(order.courierId) ?? false;
}

/** The order, if the caller is its customer, its restaurant's, its courier or support; else null. */
export async function visibleOrder(context: Context, id: string): Promise<OrderRow | null> {
  if (viewerId(context) === null) return null;
  const order = await orderById(context).load(id);
  if (order === null || isSupport(context) || order.customerId === viewerId(context)) return order;
  const allowed = (await isMemberOf(context, order.restaurantId)) || (await isItsCourier(context, order));
  return allowed ? order : null;
}
