/** Invoices of closed months, from orders and refunds to the page that an owner reads. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { startMoney, type Money } from "./testing/money.ts";

const day = 86_400_000;
const people = { owner: userCaller(newId("usr")), staff: userCaller(newId("usr")), stranger: userCaller(newId("usr")) };
const support = userCaller(newId("usr"), "support");
const courierId = newId("cou");
let rig: Money;
beforeAll(async () => {
  rig = await startMoney();
  for (const [name, role] of [
    ["owner", "OWNER"],
    ["staff", "STAFF"],
  ] as const) {
    const membershipId = newId("mem");
    const caller = people[name];
    const userId = caller.kind === "user" ? caller.userId : "";
    const data = { membershipId, userId, restaurantId: rig.restaurantId, role };
    await rig.deliver({ type: "membership.changed.v1", source: "users", aggregateId: membershipId, data });
  }
});
afterAll(() => rig.stop());

/** Closes day after day, as the timer does, until the given number of them has passed. */
async function days(count: number): Promise<void> {
  for (let passed = 0; passed < count; passed += 1) await rig.later(day);
}

async function sold() {
  const order = await rig.captured();
  await rig.complete(order.orderId, courierId);
  return order;
}

const fields = `id number kind month taxBps lines { kind count amount { amount } } net { amount } tax { amount } total { amount }
  incomeTax { amount } corrects { number } restaurant { id } issuedAt`;

type Seen = {
  id: string;
  number: string;
  kind: string;
  month: string;
  lines: { kind: string; count: number; amount: { amount: number } }[];
  net: { amount: number };
  tax: { amount: number };
  total: { amount: number };
  corrects: { number: string }[];
};

async function invoicesFor(caller = people.owner): Promise<Seen[] | null> {
  const query = `query ($id: ID!) { _entities(representations: [{ __typename: "Restaurant", id: $id }]) { ... on Restaurant {
    invoices(first: 50) { edges { node { ${fields} } } } } } }`;
  const { data } = await rig.graphql(query, { id: rig.restaurantId }, caller);
  return data?._entities[0].invoices?.edges.map(({ node }: { node: Seen }) => node) ?? null;
}

/** What the platform earned of the restaurant by the ledger. */
async function earned(): Promise<number> {
  const [row] = await rig.sql`select coalesce(-sum(e.amount_minor), 0) as sum from ledger_entries e
    join ledger_accounts a on a.id = e.account_id where a.kind in ('commission', 'payout_fee')`;
  return Number(row?.["sum"]);
}

const signed = (all: readonly Seen[]) =>
  all.reduce((sum, { kind, total }) => sum + (kind === "INVOICE" ? total.amount : -total.amount), 0);

test("a month's orders, then a later refund of one of them, come to what the ledger says", async () => {
  const [june, other] = [await sold(), await sold()];
  const sameMonth = { lines: [{ orderLineId: `${other.orderId}.1`, quantity: 1 }], fault: "RESTAURANT" };
  await rig.refundOf(other.paymentId, sameMonth, support);
  await rig.runTimers();
  expect(await invoicesFor()).toEqual([]);
  await days(31);
  const [first, ...none] = (await invoicesFor())!;
  expect(none).toEqual([]);
  expect(first).toMatchObject({ number: "INV-2026-000001", kind: "INVOICE", month: "2026-06", corrects: [] });
  expect(first?.lines).toEqual([{ kind: "COMMISSION", count: 2, amount: { amount: await earned() } }]);
  expect(first!.net.amount + first!.tax.amount).toBe(first!.total.amount);

  await sold();
  await rig.refundOf(
    june.paymentId,
    { lines: [{ orderLineId: `${june.orderId}.0`, quantity: 1 }], fault: "RESTAURANT" },
    support,
  );
  await rig.runTimers();
  await days(31);
  const all = (await invoicesFor())!;
  expect(all.map(({ number, month }) => `${number} of ${month}`).toSorted()).toEqual([
    "CN-2026-000001 of 2026-07",
    "INV-2026-000001 of 2026-06",
    "INV-2026-000002 of 2026-07",
  ]);
  const note = all.find(({ kind }) => kind === "CREDIT_NOTE")!;
  expect(note.corrects).toEqual([{ number: "INV-2026-000001" }]);
  expect(note.lines).toMatchObject([{ kind: "CORRECTIONS", count: 1 }]);
  expect(signed(all)).toBe(await earned());
  const published = (await rig.outbox()).filter(({ type }) => type === "invoice.issued.v1").map(({ data }) => data);
  expect(published).toEqual(
    expect.arrayContaining(
      all.map(({ number, total }) => expect.objectContaining({ number, totalMinor: total.amount, currency: "IDR" })),
    ),
  );
  expect(published).toHaveLength(3);
});

test("a month without anything has no documents, and a timer that fires again issues nothing", async () => {
  const before = (await invoicesFor())!;
  await days(31);
  await rig.sql`update timers set due_at = ${rig.clock.now()} where name = 'invoices.issue'`;
  await rig.runTimers();
  expect(await invoicesFor()).toEqual(before);
});

test("owners and support read them; staff, strangers and other tenants do not", async () => {
  const [invoice] = (await invoicesFor())!;
  expect((await invoicesFor(support))?.length).toBeGreaterThan(0);
  expect([await invoicesFor(people.staff), await invoicesFor(people.stranger)]).toEqual([null, null]);
  const one = async (caller: typeof support) =>
    (await rig.graphql(`query ($id: ID!) { invoice(id: $id) { number } }`, { id: invoice?.id }, caller)).data?.invoice;
  expect(await one(people.owner)).toEqual({ number: invoice?.number });
  expect([await one(people.staff), await one(people.stranger)]).toEqual([null, null]);
});
