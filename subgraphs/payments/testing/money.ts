/** The rig with questions about the money of an order. */
import { newId } from "../../../kit/id.ts";
import { userCaller } from "../../../kit/testing/subgraph.ts";
import { startRig } from "./rig.ts";

const support = userCaller(newId("usr"), "support");

const paymentQuery = `query ($id: ID!) { _entities(representations: [{ __typename: "Order", id: $id }]) { ... on Order { payment {
  id state captured { amount } refunded { amount } disputes { id state amount { amount } }
  lines { orderLineId quantity refundedQuantity refunded { amount } }
  refunds { id state cause attempts failureReason flaggedAt fault amount { amount } tax { amount } lines { orderLineId quantity } } } } } }`;

const refundMutation = `mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) { __typename
  ... on RefundPaymentSuccess { refund { id amount { amount } tax { amount } } }
  ... on RefundExceedsLineError { orderLineId refundableQuantity } ... on SupportLimitError { period limit { amount } left { amount } } ... on RefundExceedsCaptureError { refundable { amount } }
  ... on InvalidInputError { field } ... on NothingCapturedError { state } } }`;

const ledgerQuery = `query ($id: ID!) { ledgerOfOrder(orderId: $id) { sums { sumMinor }
  transactions { kind entries { account amount { amount currency } } } } }`;

type Entry = { account: string; amount: { amount: number } };

/** Refunds are tried again after a second, doubling to four, and flagged after three attempts. */
export async function startMoney(options: { webhooks?: boolean; settings?: Record<string, string> } = {}) {
  const retries = { REFUND_RETRY_MS: "1000", REFUND_RETRY_MAX_MS: "4000", REFUND_FLAG_AFTER: "3" };
  const settings = { ...retries, ...options.settings };
  const rig = await startRig({ ...options, settings });
  const seen = async (orderId: string, caller = support) =>
    (await rig.graphql(paymentQuery, { id: orderId }, caller)).data?._entities[0].payment;
  const ledger = async (orderId: string) =>
    (await rig.graphql(ledgerQuery, { id: orderId }, support)).data?.ledgerOfOrder;
  return {
    ...rig,
    support,
    /** The order's payment as support sees it. */
    seen,
    ledger,
    /** An order whose money was taken. */
    async captured(paymentMethod = "pm_card_visa") {
      const orderId = await rig.order(paymentMethod);
      await rig.accept(orderId);
      return { orderId, paymentId: (await seen(orderId)).id as string };
    },
    /** Asks for support's refund. */
    refund: (paymentId: string, amountMinor: number | null, idempotencyKey: string = newId("evt"), caller = support) =>
      rig.graphql(refundMutation, { input: { paymentId, amountMinor, reason: "Cold food", idempotencyKey } }, caller),
    /** Asks for a refund with whatever input. */
    refundOf: (paymentId: string, input: object, caller = support) => {
      const plain = { paymentId, reason: "Cold food", idempotencyKey: newId("evt") };
      return rig.graphql(refundMutation, { input: { ...plain, ...input } }, caller);
    },
    /** What an account holds of the order, debits positive. */
    async balance(orderId: string, account: string): Promise<number> {
      const entries: Entry[] = (await ledger(orderId)).transactions.flatMap(
        (posted: { entries: Entry[] }) => posted.entries,
      );
      return entries.filter((entry) => entry.account === account).reduce((sum, { amount }) => sum + amount.amount, 0);
    },
    /** The order's refunds as told: amount, whether all is paid back, and cause. */
    refundsTold: async (orderId: string) =>
      (await rig.told(orderId))
        .filter(({ type }) => type === "payment.refunded.v1")
        .map(({ data }) => data as { amountMinor: number; full: boolean; cause: string }),
  };
}

export type Money = Awaited<ReturnType<typeof startMoney>>;
