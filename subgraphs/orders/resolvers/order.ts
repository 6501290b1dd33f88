import { userIdOf, isSupport } from "../../../kit/access/caller.ts";
import { chargeStep } from "../../../kit/money.ts";
import { chargeOf, isEndedState } from "../domain/cancellation.ts";
import { isCancellableByCustomer } from "../domain/order-states.ts";
import type { OrderHistoryEntryResolvers, OrderResolvers } from "../generated/resolvers.ts";
import { amountsOf, lineOf, money } from "./amounts.ts";
import { feesOf, historyOf, linesOf, redemptionsOf } from "./loaders.ts";
import { appliedOf } from "./promotion.ts";
import { reference } from "./references.ts";
import { visibleOrder } from "./viewer.ts";

/** An order; who may see it was decided before it got here. */
export const order: OrderResolvers = {
  __resolveReference: ({ id }, context) => visibleOrder(context, id),
  customer: ({ customerId }) => reference(customerId),
  restaurant: ({ restaurantId }) => reference(restaurantId),
  amounts: (row, _, context) =>
    amountsOf(row, row.taxInclusive, async () => (await linesOf(context).load(row.id)) ?? []),
  promotions: async ({ id, currency }, _, context) =>
    ((await redemptionsOf(context).load(id)) ?? []).map((one) => appliedOf(one, currency)),
  lines: async ({ id, currency }, _, context) => {
    const lines = (await linesOf(context).load(id)) ?? [];
    return lines.map((line) => lineOf(line, currency));
  },
  history: async ({ id }, _, context) => (await historyOf(context).load(id)) ?? [],
  cancellable: ({ state }) => isCancellableByCustomer(state),
  cancellationFee: async ({ id, state, tipMinor, currency }, _, context) => {
    if (!isCancellableByCustomer(state) || !isEndedState(state)) return null;
    const [lines, fees] = await Promise.all([linesOf(context).load(id), feesOf(context).load(id)]);
    const charged = { lines: lines ?? [], fees: fees ?? [], tipMinor };
    const rule = { shareBps: context.settings.CANCELLATION_FEE_BPS, stepMinor: chargeStep(currency) };
    return money(chargeOf(state, "CUSTOMER", charged, rule).totalMinor, currency);
  },
  collectionCode: ({ collectionCode, customerId }, _, context) =>
    customerId === userIdOf(context) ? collectionCode : null,
  attention: ({ attention }, _, context) => (isSupport(context) ? (attention ?? []) : null),
};

/** A line of an order's history. */
export const orderHistoryEntry: OrderHistoryEntryResolvers = {
  from: ({ fromState }) => fromState,
  to: ({ toState }) => toState,
  by: ({ actorId }, _, context) => (actorId !== null && isSupport(context) ? reference(actorId) : null),
  traceId: ({ traceId }, _, context) => (isSupport(context) ? traceId : null),
};
