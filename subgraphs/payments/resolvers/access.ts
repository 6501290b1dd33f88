/** Who may see a payment, a balance, earnings: asked of payments' own projections, once per request. */
import { isSupport } from "../../../kit/access/caller.ts";
import { defineLoader } from "../../../kit/graphql/loaders.ts";
import { courierOfUsers, paymentsById, paymentsByOrder, restaurantsOfUsers } from "../db/queries.ts";
import type { PaymentRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";

/** Payments by id, whoever asks: check `mayRead` before answering. */
export const paymentById = defineLoader((context: Context, ids: readonly string[]) => paymentsById(context.db, ids));

/** Payments by order, whoever asks: check `mayRead` before answering. */
export const paymentByOrder = defineLoader((context: Context, ids: readonly string[]) =>
  paymentsByOrder(context.db, ids),
);

const restaurantsOfUser = defineLoader((context: Context, ids: readonly string[]) =>
  restaurantsOfUsers(context.db, ids),
);
const courierOfUser = defineLoader((context: Context, ids: readonly string[]) => courierOfUsers(context.db, ids));

/** Whether the caller works for the restaurant. */
export async function isMember(context: Context, restaurantId: string): Promise<boolean> {
  const { caller } = context;
  if (caller.kind !== "user") return false;
  return (await restaurantsOfUser(context).load(caller.userId))?.has(restaurantId) ?? false;
}

/** Whether the caller is the courier. */
export async function isCourier(context: Context, courierId: string): Promise<boolean> {
  const { caller } = context;
  return caller.kind === "user" && (await courierOfUser(context).load(caller.userId)) === courierId;
}

/** Whether the caller pays this payment. */
export const isPayer = ({ caller }: Context, payment: PaymentRow): boolean =>
  caller.kind === "user" && caller.userId === payment.customerId;

/** The payment when the caller may see it: its customer, the restaurant's members, support and admin. Null otherwise. */
export async function visible(context: Context, payment: PaymentRow | null): Promise<PaymentRow | null> {
  if (!payment) return null;
  if (isSupport(context) || isPayer(context, payment)) return payment;
  return (await isMember(context, payment.restaurantId)) ? payment : null;
}
