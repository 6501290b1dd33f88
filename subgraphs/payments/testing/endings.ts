/** Orders of the stories told to payments by the events of orders and delivery, and what the ledger makes of them. */
import { newId, toUuid } from "../../../kit/id.ts";
import type { EventData } from "../../../schema/events.ts";
import type { Ending } from "../domain/ending.ts";
import type { Money } from "./money.ts";
import { sharesOf, type Shares, type StoryOrder } from "./stories.ts";

type Stage = NonNullable<EventData<"delivery.cancelled.v1">["stage"]>;

/** An order of a story at payments, whose money was taken unless the card says otherwise. */
export async function storyOrder(rig: Money, order: StoryOrder, paymentMethod = "pm_card_visa") {
  const orderId = newId("ord");
  const deliveryId = newId("dlv");
  const courierId = newId("cou");
  const { courierPayMinor } = order;
  const lines = order.lines.map((line, index) => ({
    ...line,
    lineId: `${orderId}.${index}`,
    itemId: newId("itm"),
    quantity: 1,
  }));
  const amounts = { ...order.amounts, currency: "IDR" };
  const fulfilment = "DELIVERY";
  await rig.tell("order.created.v1", orderId, { fulfilment, amounts, lines, paymentMethod, scheduledFor: null });
  await rig.accept(orderId);
  const ofDelivery = async (type: string, data: object) => {
    const about = { aggregateId: deliveryId, data: { deliveryId, orderId, ...data } };
    await rig.deliver({ type, source: "delivery", ...about });
    await rig.runTimers();
  };
  const feeMinor = (ending: Ending) => ending.charge.totalMinor;
  return {
    orderId,
    courierId,
    paymentId: () => rig.paymentId(orderId),
    /** The order is being called off. */
    cancelling: (ending: Ending) =>
      rig.tell("order.cancelling.v1", orderId, { reason: "SUPPORT_CANCELLED", feeMinor: feeMinor(ending), ending }),
    /** Its delivery is withdrawn, from a courier at this stage or from nobody. */
    withdrawn: (stage: Stage | null) =>
      ofDelivery("delivery.cancelled.v1", stage === null ? {} : { courierId, stage, courierPayMinor }),
    /** Support, or time, decided on its failed delivery. */
    failed: (ending: Ending) => {
      const { fault } = ending;
      return rig.tell("order.delivery-failed.v1", orderId, { fault, ending, courierId, courierPayMinor });
    },
    returned: (askedBySupport: boolean) =>
      ofDelivery("delivery.returned.v1", { courierId, courierPayMinor, askedBySupport }),
    /** Another courier than the last was replaced. */
    replaced: (other: string, stage: Stage, atFault: boolean) =>
      ofDelivery("delivery.unassigned.v1", { courierId: other, stage, courierPayMinor, atFault }),
    completed: () =>
      rig.tell("order.completed.v1", orderId, {
        items: [],
        amounts,
        courierId,
        courierPayMinor,
        at: "2026-06-02T05:20:00.000Z",
      }),
  };
}

type Posted = { account: string; owner: string; kind: string; amount: string };

/** Everything posted for an order. */
export async function postedFor({ sql }: Money, orderId: string) {
  const rows = await sql<Posted[]>`
    select a.kind as account, a.owner, t.kind, e.amount_minor as amount from ledger_entries e
      join ledger_transactions t on t.id = e.transaction_id join ledger_accounts a on a.id = e.account_id
      where t.order_id = ${toUuid(orderId)} and t.kind <> 'psp-fee' order by t.at, t.id, e.line`;
  return rows.map(({ account, owner, kind, amount }) => ({ account, owner, kind, amountMinor: Number(amount) }));
}

/** What each side has of an order; the customer's is what the provider took less what it paid back. */
export async function sharesFor(rig: Money, orderId: string): Promise<Shares> {
  const [money] = await rig.sql<{ back: string }[]>`
    select refunded_minor - captured_minor as back from payments where order_id = ${toUuid(orderId)}`;
  return { ...sharesOf((await postedFor(rig, orderId)) as never), C: Number(money?.back) };
}

/** What an account holds of an order, debits positive. */
export async function heldFor(rig: Money, orderId: string, account: string): Promise<number> {
  const posted = await postedFor(rig, orderId);
  return posted.filter((one) => one.account === account).reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}
