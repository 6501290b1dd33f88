/** Disputes at payments: opened by webhooks, seen and acted on through the graph. */
import { newId, toUuid } from "../../../kit/id.ts";
import type { Caller } from "../../../kit/access/identity.ts";
import { userCaller } from "../../../kit/testing/subgraph.ts";
import type { Money } from "./money.ts";

/** An admin of the tests about disputes. */
export const admin = userCaller(newId("usr"), "admin");

/** What the tests ask of a dispute. */
export const disputeFields = `id state reason evidenceDueAt restaurantUntil attention fault failureReason amount { amount } returned { amount }
  evidence { contributor links texts { field text } } payment { state }`;

/** A dispute as the graph shows it. */
export type Seen = Record<string, unknown> & { id: string; state: string; evidence: { contributor: string }[] };

/** The provider's transactions of a dispute: what was taken, and what came back of it. */
export const moved = (withdrawn: number, returned: number) => ({
  balance_transactions: [
    { amount: -withdrawn, fee: 0, currency: "idr" },
    ...(returned > 0 ? [{ amount: returned, fee: 0, currency: "idr" }] : []),
  ],
});

type Change = Record<string, unknown>;

/** A dispute at the provider over an order of 120,000, of which `hook` reports; `settled`: the order is completed first. */
async function disputed(rig: Money, change: Change = {}, settled = true) {
  const { orderId, paymentId } = await rig.captured();
  if (settled) await rig.complete(orderId, newId("cou"));
  const { id, hook } = await disputeOf(rig, orderId, change);
  expectOk(await hook("created", { status: "needs_response" }));
  return { orderId, paymentId, id, hook };
}

/** A dispute over an order that no webhook reported yet. */
async function disputeOf(rig: Money, orderId: string, change: Change = {}) {
  const id = `dp_${newId("evt")}`;
  const payment_intent = (await rig.intents(orderId))[0]?.id;
  const object = { id, object: "dispute", amount: 120_000, payment_intent, reason: "general", ...change };
  const hook = (type: string, more: Change, eventId = `evt_${newId("evt")}`) =>
    rig.webhook({
      id: eventId,
      object: "event",
      type: `charge.dispute.${type}`,
      data: { object: { ...object, ...more } },
    });
  return { id, hook };
}

function expectOk({ status }: Response): void {
  if (status !== 200) throw new Error(`the webhook was answered ${status}`);
}

/** Disputes as support finds them. */
async function list(rig: Money, filter: object = {}, caller: Caller = admin): Promise<Seen[]> {
  const query = `query ($filter: DisputeFilter) { disputes(filter: $filter, first: 100) { edges { node { ${disputeFields} } } } }`;
  const { data, errors } = await rig.graphql(query, { filter }, caller);
  if (!data?.disputes) throw new Error(JSON.stringify(errors));
  return data.disputes.edges.map(({ node }: { node: Seen }) => node);
}

/** Runs a mutation of disputes; answers its result, or the code of the error. */
async function act(rig: Money, name: string, input: object, caller: Caller = admin) {
  const type = name[0]!.toUpperCase() + name.slice(1);
  const wrong = name === "sendDisputeEvidence" ? "" : "... on InvalidInputError { field }";
  const query = `mutation ($input: ${type}Input!) { ${name}(input: $input) { __typename ... on UserError { message } ${wrong}
    ... on ${type}Success { dispute { ${disputeFields} } } } }`;
  const { data, errors } = await rig.graphql(query, { input }, caller);
  return data?.[name] ?? errors?.[0]?.extensions.code;
}

/** What each account holds of the order, debits positive, but for those at 0. */
async function books(rig: Money, orderId: string): Promise<Record<string, number>> {
  const rows = await rig.sql`select a.kind, sum(e.amount_minor)::bigint as sum from ledger_entries e
    join ledger_accounts a on a.id = e.account_id join ledger_transactions t on t.id = e.transaction_id
    where t.order_id = ${toUuid(orderId)} group by a.kind having sum(e.amount_minor) <> 0`;
  return Object.fromEntries(rows.map((row) => [row["kind"] as string, Number(row["sum"])]));
}

/** All of these at one payments subgraph. */
export const disputesAt = (rig: Money) => ({
  disputed: (change?: Change, settled?: boolean) => disputed(rig, change, settled),
  disputeOf: (orderId: string, change?: Change) => disputeOf(rig, orderId, change),
  list: (filter?: object, caller?: Caller) => list(rig, filter, caller),
  one: async (id: string) => (await list(rig)).find((dispute) => dispute.id === id)!,
  act: (name: string, input: object, caller?: Caller) => act(rig, name, input, caller),
  books: (orderId: string) => books(rig, orderId),
});

export type Disputes = ReturnType<typeof disputesAt>;
