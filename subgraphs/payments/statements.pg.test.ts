import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { post } from "./db/ledger.ts";
import { startMoney, type Money } from "./testing/money.ts";

let rig: Money;
const admin = userCaller(newId("usr"), "admin");
const owner = userCaller(newId("usr"));
const rider = userCaller(newId("usr"));
const courierId = newId("cou");
beforeAll(async () => {
  rig = await startMoney();
  const membershipId = newId("mem");
  const { restaurantId } = rig;
  const data = { membershipId, userId: userIdOf(owner), restaurantId, role: "OWNER" };
  await rig.deliver({ type: "membership.changed.v1", source: "users", aggregateId: membershipId, data });
  const courier = { courierId, userId: userIdOf(rider) };
  await rig.deliver({ type: "courier.changed.v1", source: "delivery", aggregateId: courierId, data: courier });
});
afterAll(() => rig.stop());

const userIdOf = (caller: typeof owner): string => (caller.kind === "user" ? caller.userId : "");

const columns = ["gross", "tips", "commission", "tax", "promoShare", "refunds", "payouts", "other", "net"] as const;
const statementQuery = (
  type: string,
) => `query ($id: ID!, $from: LocalDate!, $to: LocalDate!, $currency: Currency!, $first: Int, $after: String) {
  _entities(representations: [{ __typename: "${type}", id: $id }]) { ... on ${type} { ${type === "Courier" ? "earnings" : "balance"} { amount currency }
  statement(from: $from, to: $to, currency: $currency) { from to opening { amount } closing { amount }
    lines(first: $first, after: $after) { pageInfo { hasNextPage endCursor }
      edges { node { order { id } ${columns.map((column) => `${column} { amount }`).join(" ")} } } } } } } }`;

type Line = { order: { id: string } | null } & Record<(typeof columns)[number], number>;
type Window = { from?: string; to?: string; currency?: string; first?: number; after?: string | null };

async function statement(type: "Restaurant" | "Courier", id: string, window: Window = {}, caller = admin) {
  const variables = { id, from: "2026-01-01", to: "2026-12-31", currency: "IDR", first: 100, ...window };
  const answer = await rig.graphql(statementQuery(type), variables, caller);
  const entity = answer.data?._entities[0];
  const given = entity?.statement;
  if (!given) return { errors: answer.errors, missing: entity?.statement === null };
  const lines: Line[] = given.lines.edges.map(({ node }: { node: Record<string, { amount: number }> }) => ({
    order: node["order"],
    ...Object.fromEntries(columns.map((column) => [column, node[column]!.amount])),
  }));
  return {
    opening: given.opening.amount as number,
    closing: given.closing.amount as number,
    owed: (entity.balance ?? entity.earnings) as { amount: number; currency: string }[],
    lines,
    page: given.lines.pageInfo as { hasNextPage: boolean; endCursor: string },
  };
}
const read = async (...given: Parameters<typeof statement>) => {
  const found = await statement(...given);
  if (!("lines" in found) || found.lines === undefined) throw new Error(`no statement: ${JSON.stringify(found)}`);
  return found;
};

/** An order that was delivered and settled by the courier of these tests. */
async function sold() {
  const order = await rig.captured();
  await rig.complete(order.orderId, courierId);
  return order;
}
const addUp = ({ opening, closing, lines }: { opening: number; closing: number; lines: Line[] }) => {
  for (const line of lines) {
    const { gross, tips, commission, promoShare, refunds, payouts, other, net } = line;
    expect(net).toBe(gross + tips - commission - promoShare - refunds - payouts + other);
  }
  expect(lines.reduce((sum, line) => sum + line.net, opening)).toBe(closing);
};

test("a restaurant's shows its sale, commission and share of refunds by order, and ends with its balance", async () => {
  const [first, second] = [await sold(), await sold()];
  const lines = [{ orderLineId: `${first.orderId}.0`, quantity: 3 }];
  await rig.refundOf(first.paymentId, { lines, fault: "RESTAURANT" }, admin);
  await rig.runTimers();
  const found = await read("Restaurant", rig.restaurantId, {}, owner);
  addUp(found);
  expect(found.owed).toEqual([{ amount: found.closing, currency: "IDR" }]);
  expect(found.lines.find(({ order }) => order?.id === first.orderId)).toMatchObject({
    gross: 80_000,
    commission: 16_000 - 10_000,
    tax: 10_000 - 5_000,
    refunds: 50_000,
    net: 64_000 - 40_000,
  });
  expect(found.lines.find(({ order }) => order?.id === second.orderId)).toMatchObject({
    gross: 80_000,
    commission: 16_000,
    tax: 10_000,
    refunds: 0,
    net: 64_000,
  });
});

test("a refund before the settlement reads the same as one after it", async () => {
  const reads = [];
  for (const early of [true, false]) {
    const { orderId, paymentId } = await rig.captured();
    const refund = () =>
      rig.refundOf(paymentId, { lines: [{ orderLineId: `${orderId}.1`, quantity: 1 }], fault: "RESTAURANT" }, admin);
    if (early) await refund();
    await rig.complete(orderId, courierId);
    if (!early) await refund();
    await rig.runTimers();
    const { lines } = await read("Restaurant", rig.restaurantId);
    const { order: _, ...columnsOnly } = lines.find(({ order }) => order?.id === orderId)!;
    reads.push(columnsOnly);
  }
  expect(reads[0]).toEqual(reads[1]);
  expect(reads[0]).toMatchObject({ gross: 80_000, refunds: 25_000, commission: 11_000 });
});

test("a courier's shows pay and tips, and what their own fault cost them", async () => {
  const { orderId, paymentId } = await sold();
  await rig.refundOf(paymentId, { amountMinor: 10_000, fault: "COURIER" }, admin);
  await rig.runTimers();
  const found = await read("Courier", courierId, {}, rider);
  addUp(found);
  expect(found.owed).toEqual([{ amount: found.closing, currency: "IDR" }]);
  const mine = found.lines.find(({ order }) => order?.id === orderId);
  expect(mine).toMatchObject({ gross: 16_000, tips: 10_000, commission: 0, tax: 0 });
  expect(mine?.refunds).toBeGreaterThan(0);
  expect(mine?.net).toBe(26_000 - mine!.refunds);
});

test("is read page by page without a gap, and the pages add up", async () => {
  for (let count = 0; count < 4; count += 1) await sold();
  const whole = await read("Restaurant", rig.restaurantId);
  const paged: Line[] = [];
  let after: string | null = null;
  for (;;) {
    const { lines, page } = await read("Restaurant", rig.restaurantId, { first: 2, after });
    expect(lines.length).toBeLessThanOrEqual(2);
    paged.push(...lines);
    if (!page.hasNextPage) break;
    after = page.endCursor;
  }
  expect(paged).toEqual(whole.lines);
  addUp({ ...whole, lines: paged });
});

test("of any window opens and closes with the ledger, so that windows join without a gap", async () => {
  const { db, clock, restaurantId } = rig;
  const facts = [500_000, -120_000, 70_000, -900_000, 33];
  for (const [day, amount] of facts.entries()) {
    const now = new Date(clock.now().getTime() + day * 86_400_000);
    const entries = [
      { account: "write_off", owner: "", amountMinor: amount },
      { account: "restaurant_payable", owner: restaurantId, amountMinor: -amount },
    ] as const;
    const about = { kind: "order-settled", reference: newId("pay"), orderId: null, currency: "KWD" } as const;
    await db.transaction((tx) => post(tx, { ...about, entries }, { now, traceId: "t" }));
  }
  const days = ["2026-06-01", "2026-06-02", "2026-06-03", "2026-06-04", "2026-06-05"];
  for (const [start, from] of days.entries()) {
    for (const to of days.slice(start)) {
      const found = await read("Restaurant", restaurantId, { from, to, currency: "KWD" });
      const end = days.indexOf(to);
      const upTo = (count: number) => facts.slice(0, count).reduce((sum, amount) => sum + amount, 0);
      expect([found.opening, found.closing]).toEqual([upTo(start), upTo(end + 1)]);
      addUp(found);
    }
  }
});

test("more given back than earned after a payout leaves a debt, which is carried", async () => {
  const { db, restaurantId } = rig;
  const { orderId, paymentId } = await sold();
  const { closing } = await read("Restaurant", restaurantId);
  const entries = [
    { account: "restaurant_payable", owner: restaurantId, amountMinor: closing },
    { account: "payout_in_transit", owner: "", amountMinor: -closing },
  ] as const;
  const payout = {
    kind: "payout-requested",
    reference: newId("pyt"),
    orderId: null,
    currency: "IDR",
    entries,
  } as const;
  await db.transaction((tx) => post(tx, payout, { now: rig.clock.now(), traceId: "t" }));
  const lines = [{ orderLineId: `${orderId}.0`, quantity: 3 }];
  await rig.refundOf(paymentId, { lines, fault: "RESTAURANT" }, admin);
  await rig.runTimers();
  const after = await read("Restaurant", restaurantId, {}, owner);
  addUp(after);
  expect(after.closing).toBe(-40_000);
  expect(after.owed).toContainEqual({ amount: -40_000, currency: "IDR" });
  expect(after.lines.find(({ order }) => order === null)).toMatchObject({ payouts: closing, net: -closing });
  await sold();
  expect((await read("Restaurant", restaurantId)).closing).toBe(24_000);
});

describe("a statement", () => {
  test.each([
    ["a customer", userCaller(newId("usr"))],
    ["another's courier", rider],
  ])("of a restaurant is nothing to %s", async (_, caller) => {
    expect(await statement("Restaurant", rig.restaurantId, {}, caller)).toMatchObject({ missing: true });
  });

  test("of a courier is nothing to a restaurant's owner", async () => {
    expect(await statement("Courier", courierId, {}, owner)).toMatchObject({ missing: true });
  });

  test.each<[string, Window]>([
    ["ends before it begins", { from: "2026-06-02", to: "2026-06-01" }],
    ["is longer than a year", { from: "2025-01-01", to: "2026-06-01" }],
    ["is of no day", { from: "2026-02-30" }],
    ["is paged by none", { first: 0 }],
    ["is paged by too many", { first: 101 }],
    ["continues after nonsense", { after: "nonsense" }],
  ])("that %s is refused", async (_, window) => {
    const refused = await statement("Restaurant", rig.restaurantId, window);
    expect(refused.errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });
});

describe("the books of a day", () => {
  const query = `query ($day: LocalDate!, $currency: Currency!) { trialBalance(day: $day, currency: $currency) {
    isClosed closedAt hash previousHash debits { amount } credits { amount }
    lines { account type normalSide opening { amount } debits { amount } credits { amount } closing { amount } } } }`;
  const books = async (day: string, currency = "IDR", caller = admin) => rig.graphql(query, { day, currency }, caller);

  test("are closed by themselves soon after the day's end, one day after the other, and stay as they are", async () => {
    const open = (await books("2026-06-01")).data?.trialBalance;
    expect(open).toMatchObject({ isClosed: false, closedAt: null, hash: null });
    expect(open.debits).toEqual(open.credits);
    await rig.later(2 * 86_400_000);
    const [first, second] = [
      (await books("2026-06-01")).data?.trialBalance,
      (await books("2026-06-02")).data?.trialBalance,
    ];
    expect(first).toMatchObject({ isClosed: true, previousHash: null, lines: open.lines });
    expect(second).toMatchObject({ isClosed: true, previousHash: first.hash });
    expect((await books("2026-06-03")).data?.trialBalance).toMatchObject({ isClosed: false });
    await sold();
    await rig.runTimers();
    expect((await books("2026-06-01")).data?.trialBalance).toEqual(first);
    expect((await books("2026-06-02")).data?.trialBalance).toEqual(second);
    const today = (await books("2026-06-03")).data?.trialBalance;
    expect(today.lines.find(({ account }: { account: string }) => account === "restaurant_payable")).toMatchObject({
      type: "LIABILITY",
      normalSide: "CREDIT",
      credits: { amount: 64_000 },
    });
  });

  test("are the admin's alone, and none in a currency that nobody traded in", async () => {
    expect((await books("2026-06-01", "IDR", rig.support)).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    expect((await books("2026-06-01", "CHF")).data).toEqual({ trialBalance: null });
  });
});
