/** The rig with restaurants and couriers that owe the platform, and what an administrator does about it. */
import { vi } from "vitest";
import { newId } from "../../../kit/id.ts";
import { userCaller } from "../../../kit/testing/subgraph.ts";
import { businessDay } from "../domain/business-day.ts";
import { startPayouts, type Payee } from "./payouts.ts";

const mutation = `mutation ($input: WriteOffPayoutAccountInput!) { writeOffPayoutAccount(input: $input) { __typename
  ... on WriteOffPayoutAccountSuccess { account { balance { amount } } writtenOff { amount currency } }
  ... on BalanceNotNegativeError { balance { amount } } ... on BalanceChangedError { balance { amount } }
  ... on PayoutAccountNotClosedError { status reason } ... on PayoutOnItsWayError { payout { id } }
  ... on InvalidInputError { field } } }`;

const refundMutation =
  "mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) { __typename ... on UserError { message } } }";

const statementQuery = (
  type: string,
) => `query ($id: ID!, $from: LocalDate!, $to: LocalDate!) { _entities(representations: [{ __typename: "${type}", id: $id }]) {
  ... on ${type} { statement(from: $from, to: $to, currency: "IDR") { closing { amount } lines(first: 100) {
    edges { node { order { id } other { amount } net { amount } } } } } } } }`;

const booksQuery = `query ($day: LocalDate!) { trialBalance(day: $day, currency: "IDR") {
  lines { account type closing { amount } } } }`;

/** Starts the rig of payouts with them. */
export async function startWriteOffs() {
  const rig = await startPayouts();
  const admin = userCaller(newId("usr"), "admin");
  const paid = (payee: Payee) =>
    rig.until(async () => {
      const [newest] = await rig.payouts(payee);
      if (newest?.state !== "PAID") throw new Error(`the payout is ${newest?.state}`);
    });
  /** Pays an order back as the fault of one who earned by it. */
  async function refund(orderId: string, fault: "RESTAURANT" | "COURIER"): Promise<void> {
    const input = {
      paymentId: await rig.paymentId(orderId),
      fault,
      reason: "Never came",
      idempotencyKey: newId("evt"),
    };
    const answer = await rig.graphql(refundMutation, { input }, admin);
    if (answer.data?.refundPayment.__typename !== "RefundPaymentSuccess") throw new Error(JSON.stringify(answer));
    await rig.runTimers();
  }
  /** A restaurant that was paid out 64,000 for an order which was then paid back for its fault: it owes them. */
  async function owingRestaurant(): Promise<Payee> {
    const payee = await rig.restaurant();
    await rig.startOfWeek();
    const orderId = await rig.earn(payee);
    await rig.nextWeek(payee);
    await paid(payee);
    await refund(orderId, "RESTAURANT");
    return payee;
  }
  /** A courier who was paid out for two orders which were then paid back for their fault, and has earned one since: 32,000 of pay are owed, less 16,000 of pay and 10,000 of tips. */
  async function owingCourier(): Promise<Payee> {
    const payee = await rig.courier();
    const orders = [await rig.earn(null, payee), await rig.earn(null, payee)];
    await rig.instant(payee);
    await rig.runTimers();
    await paid(payee);
    for (const orderId of orders) await refund(orderId, "COURIER");
    await rig.earn(null, payee);
    return payee;
  }
  return {
    ...rig,
    admin,
    refund,
    owingRestaurant,
    owingCourier,
    /** What is asked for unless told otherwise: 64,000 for a good reason. */
    async writeOff(payee: Payee | string, change: object = {}, caller = admin) {
      const payoutAccountId = typeof payee === "string" ? payee : (await rig.account(payee)).id;
      const plain = { payoutAccountId, amountMinor: 64_000, reason: "The owner is gone", idempotencyKey: newId("evt") };
      const answer = await rig.graphql(mutation, { input: { ...plain, ...change } }, caller);
      return answer.data?.writeOffPayoutAccount ?? answer.errors?.[0]?.extensions.code;
    },
    balance: async (payee: Payee): Promise<number> => (await rig.account(payee)).balance.amount,
    /** What its owner reads of the last weeks. */
    async statement({ type, id, owner }: Payee) {
      const at = rig.clock.now();
      const variables = { id, from: businessDay(new Date(at.getTime() - 60 * 86_400_000)), to: businessDay(at) };
      const { statement } = (await rig.graphql(statementQuery(type), variables, owner)).data?._entities[0] ?? {};
      return {
        closing: statement.closing.amount,
        lines: statement.lines.edges.map(({ node }: { node: object }) => node),
      };
    },
    /** An account in today's trial balance. */
    async books(account: string) {
      const { data } = await rig.graphql(booksQuery, { day: businessDay(rig.clock.now()) }, admin);
      return data?.trialBalance.lines.find((line: { account: string }) => line.account === account);
    },
    /** What was posted and audited of write-offs of an owner: minor units given up, and the audit entries. */
    async written(payee: Payee) {
      const rows = await rig.sql`select t.reference, -e.amount_minor::bigint as amount from ledger_transactions t
        join ledger_entries e on e.transaction_id = t.id join ledger_accounts a on a.id = e.account_id
        where t.kind = 'balance-written-off' and a.owner = ${payee.id} order by t.at, t.id`;
      const { id } = await rig.account(payee);
      const audits = (await rig.outbox())
        .filter(({ type }) => type === "audit.recorded.v1")
        .map(({ data }) => data as { auditId: string; action: string; subjectId: string; detail: object })
        .filter(({ action, subjectId }) => action === "payout-account.write-off" && subjectId === id);
      return {
        posted: rows.map((row) => Number(row["amount"])),
        references: rows.map((row) => row["reference"] as string),
        audits,
      };
    },
    /** Resolves once a statement of the service waits for a lock. */
    blocked: () =>
      vi.waitFor(
        async () => {
          const [row] = await rig.sql`select 1 from pg_stat_activity
            where wait_event_type = 'Lock' and datname = current_database()`;
          if (!row) throw new Error("nobody waits");
        },
        { timeout: 10_000 },
      ),
  };
}

export type WriteOffs = Awaited<ReturnType<typeof startWriteOffs>>;
