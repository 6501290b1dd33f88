/** `sagas explain ORDER`: where one order stands in every subgraph, and what it waits for. */
import { isId } from "../../../kit/id.ts";
import type { Command, Invocation } from "../command.ts";
import { readSaga, type Saga } from "./read-saga.ts";
import { waitsFor } from "./waits-for.ts";

/** The order that a command names. Throws one line when it names none or several. */
export function orderOf({ words }: Invocation): string {
  const [orderId, ...more] = words;
  if (orderId === undefined || more.length > 0 || !isId("ord", orderId))
    throw new Error("name one order by its id: ord_…");
  return orderId;
}

function linesOf({
  order,
  history,
  payment,
  delivery,
  reservation,
  promotions,
  timers,
  unsent,
  waiting,
}: Saga): string[] {
  const live = payment?.live;
  return [
    `order      ${order.orderId} ${order.state} since ${order.enteredAt.toISOString()}`,
    ...history.map(({ at, from, to, cause, actor }) => `history    ${at} ${from ?? "–"} → ${to} (${cause}, ${actor})`),
    `payment    ${payment ? `${payment.paymentId} ${payment.state}, ${payment.capturedMinor} captured, ${payment.refundedMinor} refunded (minor units)` : "none"}`,
    ...(live ? [`attempt    ${live.operation} ${live.idempotencyKey} since ${live.since}`] : []),
    `delivery   ${delivery ? `${delivery.deliveryId} ${delivery.state}, kitchen ${delivery.kitchen}, courier ${delivery.courierId ?? "none"}, ${delivery.openOffers} open offers` : "none"}`,
    `stock      ${reservation ? `${reservation.state} until ${reservation.expiresAt}` : "none"}`,
    ...promotions.map(({ promotionId, state }) => `promotion  ${promotionId} ${state}`),
    ...timers.map(
      ({ subgraph, name, dueAt, runAt, attempt, error }) =>
        `timer      ${subgraph} ${name} due ${dueAt.toISOString()}${error === null ? "" : `, ${attempt} tries, again ${runAt.toISOString()}: ${error}`}`,
    ),
    ...unsent.map(
      ({ subgraph, type, eventId, since }) => `unsent     ${subgraph} ${type} ${eventId} since ${since.toISOString()}`,
    ),
    ...waiting.map(
      ({ subgraph, state, type, eventId, missingVersion }) =>
        `${state.padEnd(11)}${subgraph} ${type} ${eventId}${missingVersion === null ? "" : ` waits for version ${missingVersion}`}`,
    ),
  ];
}

/** Prints it; exit code 0 for every order that there is. */
export const explainSaga: Command = async (invocation) => {
  const saga = await readSaga(invocation.settings, orderOf(invocation));
  const sentence = waitsFor(saga, new Date());
  return { value: { ...saga, waitsFor: sentence }, lines: [...linesOf(saga), "", sentence] };
};
