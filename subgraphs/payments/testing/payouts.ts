/** The rig with restaurants and couriers that earn and are paid out. */
import { newId, toUuid } from "../../../kit/id.ts";
import type { Caller } from "../../../kit/access/identity.ts";
import { userCaller } from "../../../kit/testing/subgraph.ts";
import { nextRun } from "../domain/payout-schedule.ts";
import { amounts, linesOf, startRig } from "./rig.ts";

/** What an order of the rig earns its restaurant, and its courier with tip, minor units. */
export const earned = { restaurant: 64_000, courier: 26_000, tip: 10_000 };

const day = 86_400_000;
const weekly = { PAYOUT_ANCHOR: "2026-01-04T19:00:00Z", PAYOUT_PERIOD_MS: 7 * day };

const money = "{ amount }";
const accountFields = `id status reason paidFrom balance ${money} held ${money} available ${money} instantFee ${money} nextPayoutAt finalPayoutAt`;
const payoutFields = `id kind state amount ${money} fee ${money} net ${money} refusals failureReason flaggedAt periodStart periodEnd paidAt history { from to }`;

const payeeQuery = (
  type: string,
) => `query ($id: ID!) { _entities(representations: [{ __typename: "${type}", id: $id }]) {
  ... on ${type} { payoutAccounts { ${accountFields} } payouts(first: 50) { edges { node { ${payoutFields} } } } } } }`;

const instantMutation = `mutation ($input: RequestInstantPayoutInput!) { requestInstantPayout(input: $input) { __typename
  ... on RequestInstantPayoutSuccess { payout { id state amount ${money} fee ${money} net ${money} } }
  ... on InsufficientBalanceError { available ${money} } ... on PayoutBelowMinimumError { minimum ${money} }
  ... on PayoutAccountNotActiveError { status reason } ... on PayoutOnItsWayError { payout { id } }
  ... on InvalidInputError { field } } }`;

/** Somebody who is paid: a restaurant with its owner, or a courier. */
export type Payee = { type: "Restaurant" | "Courier"; id: string; owner: Caller };

/** A restaurant's earnings are held back for three days. Payouts under 50,000 are carried over; they are tried again after a second, doubling to four, and flagged after three refusals. */
export async function startPayouts(options: { webhooks?: boolean; settings?: Record<string, string> } = {}) {
  const settings = {
    PAYOUT_TEST_BANK_ACCOUNT: "btok_us_verified",
    PAYOUT_MINIMUM_MINOR: "IDR=50000",
    DEFAULT_PAYOUT_DELAY_DAYS: "3",
    INSTANT_PAYOUT_FEE_BPS: "100",
    INSTANT_PAYOUT_FEE_MINIMUM_MINOR: "IDR=500",
    PAYOUT_RETRY_MS: "1000",
    PAYOUT_RETRY_MAX_MS: "4000",
    PAYOUT_FLAG_AFTER: "3",
    PAYOUT_CHECK_MS: "1000",
    PAYOUT_BANK_CHANGE_MS: "0",
    PAYOUT_ANCHOR: weekly.PAYOUT_ANCHOR,
    PAYOUT_PERIOD_MS: String(weekly.PAYOUT_PERIOD_MS),
    ...options.settings,
  };
  const rig = await startRig({ ...options, settings });
  const support = userCaller(newId("usr"), "support");
  const payeeOf = async ({ type, id }: Payee, caller: Caller = support) =>
    (await rig.graphql(payeeQuery(type), { id }, caller)).data?._entities[0];
  const account = async (payee: Payee) => (await payeeOf(payee)).payoutAccounts[0];
  const atProvider = async (payee: Payee): Promise<string> => {
    const [row] = await rig.sql`select provider_account_id as id from payout_accounts where owner = ${payee.id}`;
    return row?.["id"] as string;
  };
  /** An order whose money was taken; answers its id. */
  const sold = async (restaurant: Payee | null = null): Promise<string> => {
    const orderId = newId("ord");
    const order = { fulfilment: "DELIVERY", amounts, lines: linesOf(orderId), paymentMethod: "pm_card_visa" };
    const restaurantId = restaurant?.id ?? newId("rst");
    await rig.tell("order.created.v1", orderId, { ...order, scheduledFor: null, restaurantId });
    await rig.accept(orderId);
    return orderId;
  };
  return {
    ...rig,
    support,
    payeeOf,
    account,
    atProvider,
    /** The payouts of a restaurant or courier, newest first. */
    payouts: async (payee: Payee) =>
      (await payeeOf(payee)).payouts.edges.map(({ node }: { node: { state: string } }) => node),
    /** A restaurant with its owner. */
    async restaurant(): Promise<Payee> {
      const userId = newId("usr");
      const id = newId("rst");
      const membershipId = newId("mem");
      const data = { membershipId, userId, restaurantId: id, role: "OWNER" };
      await rig.deliver({ type: "membership.changed.v1", source: "users", aggregateId: membershipId, data });
      return { type: "Restaurant", id, owner: userCaller(userId, "owner") };
    },
    async courier(): Promise<Payee> {
      const userId = newId("usr");
      const id = newId("cou");
      const data = { courierId: id, userId };
      await rig.deliver({ type: "courier.changed.v1", source: "delivery", aggregateId: id, data });
      return { type: "Courier", id, owner: userCaller(userId, "courier") };
    },
    sold,
    /** An order of theirs is sold and completed; answers its id. */
    async earn(restaurant: Payee | null, courier: Payee | null = null): Promise<string> {
      const orderId = await sold(restaurant);
      await rig.complete(orderId, courier?.id ?? newId("cou"));
      await rig.runTimers();
      return orderId;
    },
    /** Time passes to the next weekly run, which is told by the account itself. */
    async nextWeek(payee: Payee) {
      const { nextPayoutAt } = await account(payee);
      await rig.later(new Date(nextPayoutAt).getTime() - rig.clock.now().getTime());
    },
    /** Time passes to just after the next weekly run, whoever it pays: the following lies seven days ahead. */
    startOfWeek: () =>
      rig.later(
        nextRun(rig.clock.now(), new Date(weekly.PAYOUT_ANCHOR), weekly.PAYOUT_PERIOD_MS).getTime() -
          rig.clock.now().getTime(),
      ),
    days: (count: number) => rig.later(count * day),
    async instant(
      payee: Payee,
      input: { amountMinor?: number; key?: string; caller?: Caller; accountId?: string } = {},
    ) {
      const { key = newId("evt"), amountMinor, caller = payee.owner } = input;
      const payoutAccountId = input.accountId ?? (await account(payee))?.id ?? newId("pac");
      const request = { payoutAccountId, amountMinor, idempotencyKey: key };
      return (await rig.graphql(instantMutation, { input: request }, caller)).data?.requestInstantPayout;
    },
    /** Runs one of support's mutations on an account. */
    async govern(verb: "hold" | "suspend" | "release", payee: Payee, reason = "Papers are missing", caller = support) {
      const name = `${verb}PayoutAccount`;
      const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
      const query = `mutation ($input: ${type}Input!) { ${name}(input: $input) { __typename
        ... on ${type}Success { account { status reason } } ... on InvalidInputError { field } } }`;
      const input = { payoutAccountId: (await account(payee)).id, reason };
      return (await rig.graphql(query, { input }, caller)).data?.[name];
    },
    /** Gives the account another bank account at the provider. */
    async bank(payee: Payee, token: string) {
      await rig.stripe.accounts.update(await atProvider(payee), { external_account: token });
      await rig.runTimers();
    },
    /** The provider's own record: transfers (less what was fetched back) and payouts that did not fail, minor units. */
    async provider(payee: Payee) {
      const stripeAccount = await atProvider(payee);
      const transfers = (await rig.stripe.transfers.list({ destination: stripeAccount, limit: 100 })).data;
      const payouts = (await rig.stripe.payouts.list({ limit: 100 }, { stripeAccount })).data;
      const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
      return {
        transfers: transfers.length,
        transferred: sum(transfers.map((transfer) => transfer.amount - transfer.amount_reversed)),
        payouts: payouts.length,
        paid: sum(payouts.filter(({ status }) => status === "paid").map(({ amount }) => amount)),
      };
    },
    /** What was told of a payout. */
    told: async (payoutId: string) =>
      (await rig.outbox()).filter(({ aggregateId }) => aggregateId === payoutId).map(({ type }) => type),
    /** Sum of the entries of a kind of account, and of the whole ledger. */
    async ledger() {
      const rows = await rig.sql`select a.kind, sum(e.amount_minor)::bigint as sum from ledger_entries e
        join ledger_accounts a on a.id = e.account_id group by a.kind`;
      const kinds = Object.fromEntries(rows.map((row) => [row["kind"] as string, Number(row["sum"])]));
      return { kinds, sum: Object.values(kinds).reduce((total, value) => total + value, 0) };
    },
    attempts: async (payoutId: string) =>
      rig.sql`select operation, state, failure, idempotency_key as key from payout_attempts
        where payout_id = ${toUuid(payoutId)} order by number`,
  };
}

export type Payouts = Awaited<ReturnType<typeof startPayouts>>;
