/** What is done about disputes: seen, answered, given up, alerted of, and put on those who bear them. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { newId, toUuid } from "../../kit/id.ts";
import type { Caller } from "../../kit/identity.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { startMoney, type Money } from "./testing/money.ts";

const hour = 3_600_000;
const day = 24 * hour;
let rig: Money;
let linked: Money;
const owner = newId("usr");
const staff = newId("usr");
const admin = userCaller(newId("usr"), "admin");
beforeAll(async () => {
  rig = await startMoney();
  linked = await startMoney({ webhooks: true });
  for (const [userId, role] of [
    [owner, "OWNER"],
    [staff, "STAFF"],
  ] as const) {
    const membershipId = newId("mem");
    const data = { membershipId, userId, restaurantId: rig.restaurantId, role };
    await rig.deliver({ type: "membership.changed.v1", source: "users", aggregateId: membershipId, data });
  }
});
afterAll(async () => {
  await rig.stop();
  await linked.stop();
});

const fields = `id state reason evidenceDueAt restaurantUntil attention fault failureReason amount { amount } returned { amount }
  evidence { contributor links texts { field text } } payment { state }`;

type Seen = Record<string, unknown> & { id: string; state: string; evidence: { contributor: string }[] };

/** Disputes as support finds them. */
async function list(filter: object = {}, caller: Caller = admin, of: Money = rig): Promise<Seen[]> {
  const query = `query ($filter: DisputeFilter) { disputes(filter: $filter, first: 100) { edges { node { ${fields} } } } }`;
  const { data, errors } = await of.graphql(query, { filter }, caller);
  if (!data?.disputes) throw new Error(JSON.stringify(errors));
  return data.disputes.edges.map(({ node }: { node: Seen }) => node);
}
const one = async (id: string, of: Money = rig) => (await list({}, admin, of)).find((dispute) => dispute.id === id)!;

const ofRestaurant = async (caller: Caller, restaurantId = rig.restaurantId): Promise<Seen[] | null> => {
  const query = `query ($id: ID!) { _entities(representations: [{ __typename: "Restaurant", id: $id }]) {
    ... on Restaurant { disputes(first: 100) { edges { node { ${fields} } } } } } }`;
  const { data } = await rig.graphql(query, { id: restaurantId }, caller);
  return data?._entities[0].disputes?.edges.map(({ node }: { node: Seen }) => node) ?? null;
};

/** Runs a mutation of disputes. */
async function act(name: string, input: object, caller: Caller = admin, of: Money = rig) {
  const type = name[0]!.toUpperCase() + name.slice(1);
  const wrong = name === "sendDisputeEvidence" ? "" : "... on InvalidInputError { field }";
  const query = `mutation ($input: ${type}Input!) { ${name}(input: $input) { __typename ... on UserError { message } ${wrong}
    ... on ${type}Success { dispute { ${fields} } } } }`;
  const { data, errors } = await of.graphql(query, { input }, caller);
  return data?.[name] ?? errors?.[0]?.extensions.code;
}

type Opened = { orderId: string; id: string; hook: (type: string, change: object) => Promise<Response> };

/** A dispute over an order of 120,000, as the provider's webhook reports it. */
async function disputed(change: object = {}, settled = true): Promise<Opened> {
  const { orderId } = await rig.captured();
  if (settled) await rig.complete(orderId, newId("cou"));
  const id = `dp_${newId("evt")}`;
  const payment_intent = (await rig.intents(orderId))[0]?.id;
  const object = {
    id,
    object: "dispute",
    amount: 120_000,
    payment_intent,
    reason: "general",
    status: "needs_response",
  };
  const hook = (type: string, more: object) =>
    rig.webhook({
      id: `evt_${newId("evt")}`,
      object: "event",
      type: `charge.dispute.${type}`,
      data: { object: { ...object, ...change, ...more } },
    });
  expect((await hook("created", {})).status).toBe(200);
  return { orderId, id, hook };
}
const dueIn = (ms: number) => ({
  evidence_details: { due_by: Math.floor((rig.clock.now().getTime() + ms) / 1000) },
});
const moved = (withdrawn: number, returned: number) => ({
  balance_transactions: [
    { amount: -withdrawn, fee: 0, currency: "idr" },
    ...(returned > 0 ? [{ amount: returned, fee: 0, currency: "idr" }] : []),
  ],
});
/** What each account holds of the order, debits positive, but for those at 0. */
async function books(orderId: string): Promise<Record<string, number>> {
  const rows = await rig.sql`select a.kind, sum(e.amount_minor)::bigint as sum from ledger_entries e
    join ledger_accounts a on a.id = e.account_id join ledger_transactions t on t.id = e.transaction_id
    where t.order_id = ${toUuid(orderId)} group by a.kind having sum(e.amount_minor) <> 0`;
  return Object.fromEntries(rows.map((row) => [row["kind"] as string, Number(row["sum"])]));
}

describe("the list", () => {
  test("is support's, by state and date; owners see theirs, staff and strangers nothing", async () => {
    const soon = await disputed(dueIn(2 * day));
    const later = await disputed(dueIn(9 * day));
    const lost = await disputed();
    await lost.hook("closed", { status: "lost" });
    const ids = (found: Seen[] | null) => (found ?? []).map(({ id }) => id);
    expect(ids(await list({ states: ["LOST"] }))).toContain(lost.id);
    expect(ids(await list({ states: ["OPENED"] }))).not.toContain(lost.id);
    const evidenceDueBefore = new Date(rig.clock.now().getTime() + 3 * day).toISOString();
    expect(ids(await list({ evidenceDueBefore }))).toContain(soon.id);
    expect(ids(await list({ evidenceDueBefore }))).not.toContain(later.id);
    expect(ids(await list({ restaurantId: newId("rst") }))).toEqual([]);
    expect(ids(await ofRestaurant(userCaller(owner)))).toEqual(expect.arrayContaining([soon.id, later.id, lost.id]));
    expect(await ofRestaurant(userCaller(staff))).toBeNull();
    expect(await ofRestaurant(userCaller(newId("usr")))).toBeNull();
    await expect(list({}, userCaller(owner))).rejects.toThrow("FORBIDDEN");
  });

  test("goes on after a cursor, newest first", async () => {
    for (const _ of [1, 2, 3]) {
      await disputed();
      rig.clock.advance(1_000);
    }
    const query = `query ($after: String) { disputes(first: 2, after: $after) { edges { node { id openedAt } } pageInfo { endCursor hasNextPage } } }`;
    const seen: { id: string; openedAt: string }[] = [];
    let after: string | null = null;
    for (let more = true; more;) {
      const { data } = await rig.graphql(query, { after }, admin);
      seen.push(...data!.disputes.edges.map(({ node }: { node: { id: string; openedAt: string } }) => node));
      ({ endCursor: after, hasNextPage: more } = data!.disputes.pageInfo);
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    expect(seen.map(({ openedAt }) => openedAt)).toEqual(
      seen
        .map(({ openedAt }) => openedAt)
        .toSorted()
        .toReversed(),
    );
    expect(seen).toHaveLength((await list()).length);
  });
});

describe("evidence", () => {
  test("is the restaurant's for three days, support's until it is sent, and nobody else's", async () => {
    const { id } = await disputed(dueIn(10 * day));
    const say = (caller: Caller, input: object = { productDescription: "Nasi goreng" }) =>
      act("giveDisputeEvidence", { disputeId: id, ...input }, caller);
    for (const stranger of [userCaller(newId("usr")), userCaller(staff), userCaller(rig.customerId)])
      expect((await say(stranger)).__typename).toBe("NotFoundError");
    expect((await act("giveDisputeEvidence", { disputeId: "dp_none", customerName: "x" })).__typename).toBe(
      "NotFoundError",
    );
    expect(await say(userCaller(owner), { links: ["ftp://x"] })).toMatchObject({ field: "input.links[0]" });
    expect(await say(userCaller(owner), { customerName: "x".repeat(4_001) })).toMatchObject({
      field: "input.customerName",
    });
    expect(await say(userCaller(owner), {})).toMatchObject({ field: "input" });
    const links = ["https://files.example/receipt.pdf"];
    expect((await say(userCaller(owner), { productDescription: "Nasi", links })).__typename).toBe(
      "GiveDisputeEvidenceSuccess",
    );
    expect((await say(rig.support, { serviceDate: "1 June" })).__typename).toBe("GiveDisputeEvidenceSuccess");
    expect((await one(id)).evidence).toEqual([
      { contributor: "RESTAURANT", links, texts: [{ field: "product_description", text: "Nasi" }] },
      { contributor: "PLATFORM", links: [], texts: [{ field: "service_date", text: "1 June" }] },
    ]);
    const theirs = (await ofRestaurant(userCaller(owner)))?.find((dispute) => dispute.id === id);
    expect(theirs).toMatchObject({ attention: null, fault: null, evidence: [{ contributor: "RESTAURANT" }] });
    rig.clock.advance(3 * day);
    expect((await say(userCaller(owner))).__typename).toBe("EvidenceTooLateError");
    expect((await say(rig.support)).__typename).toBe("GiveDisputeEvidenceSuccess");
  });

  test("is sent as it is an hour before the provider's date, after alerts at 72 and 24 hours", async () => {
    const { orderId, id, dueBy } = await openedAtProvider();
    const at = (hours: number) => linked.later(dueBy - hours * hour - linked.clock.now().getTime());
    const alerts = async () =>
      (await linked.outbox())
        .filter(
          ({ type, data }) => type === "dispute.evidence-due.v1" && (data as { disputeId: string }).disputeId === id,
        )
        .map(({ data }) => (data as { alert: string }).alert);
    await at(73);
    expect(await alerts()).toEqual([]);
    await at(72);
    expect([await alerts(), (await one(id, linked))["attention"]]).toEqual([["EVIDENCE_DUE"], ["EVIDENCE_DUE"]]);
    expect((await list({ needsAttention: true }, admin, linked)).map((dispute) => dispute.id)).toContain(id);
    await at(24);
    await linked.runTimers();
    expect(await alerts()).toEqual(["EVIDENCE_DUE", "EVIDENCE_DUE_SOON"]);
    await act("giveDisputeEvidence", { disputeId: id, shippingDate: "1 June" }, linked.support, linked);
    await at(1);
    await linked.runTimers();
    expect(await one(id, linked)).toMatchObject({ state: "UNDER_REVIEW", attention: null });
    const there = await linked.stripe.disputes.retrieve(id);
    expect(there).toMatchObject({ status: "under_review", evidence: { shipping_date: "1 June" } });
    expect((await act("sendDisputeEvidence", { disputeId: id }, linked.support, linked)).__typename).toBe(
      "SendDisputeEvidenceSuccess",
    );
    expect(
      (await act("giveDisputeEvidence", { disputeId: id, shippingDate: "2 June" }, linked.support, linked)).__typename,
    ).toBe("DisputeNotOpenError");
    expect((await linked.seen(orderId)).state).toBe("DISPUTED");
  });

  test("that nobody gave: the dispute is given up an hour before the date", async () => {
    const { orderId, id, dueBy } = await openedAtProvider();
    await linked.later(dueBy - hour - linked.clock.now().getTime());
    await linked.runTimers();
    await vi.waitFor(async () => expect((await one(id, linked)).state).toBe("LOST"), { timeout: 10_000 });
    expect((await linked.stripe.disputes.retrieve(id)).status).toBe("lost");
    expect((await linked.seen(orderId)).state).toBe("DISPUTED");
  });

  test("is sent by support at once; what wins a part leaves the rest as refunded", async () => {
    const { orderId, id } = await openedAtProvider();
    expect((await act("sendDisputeEvidence", { disputeId: id }, linked.support, linked)).__typename).toBe(
      "NoEvidenceError",
    );
    const uncategorizedText = "partially_winning_evidence";
    await act("giveDisputeEvidence", { disputeId: id, uncategorizedText }, linked.support, linked);
    await act("sendDisputeEvidence", { disputeId: id }, linked.support, linked);
    await linked.runTimers();
    await vi.waitFor(async () => expect((await one(id, linked)).state).toBe("PARTLY_WON"), { timeout: 10_000 });
    expect(await one(id, linked)).toMatchObject({
      returned: { amount: 60_000 },
      payment: { state: "PARTIALLY_REFUNDED" },
    });
    expect(await linked.balance(orderId, "chargebacks")).toBe(60_000);
    // Of the 120,000, 60,000 are with the bank: no more than the rest can be paid back.
    const { data } = await linked.refund((await linked.seen(orderId)).id, 60_001);
    expect(data?.refundPayment).toMatchObject({ refundable: { amount: 60_000 } });
  });
});

/** A dispute that the provider itself opened and reported, with its date in epoch milliseconds. */
async function openedAtProvider() {
  linked.clock.advance(Date.now() - linked.clock.now().getTime());
  const orderId = await linked.order("pm_card_createDisputeProductUnacceptable");
  await linked.accept(orderId);
  await vi.waitFor(async () => expect((await linked.seen(orderId)).disputes).toHaveLength(1), { timeout: 10_000 });
  const { id } = (await linked.seen(orderId)).disputes[0] as { id: string };
  const { evidence_details: details } = await linked.stripe.disputes.retrieve(id);
  return { orderId, id, dueBy: details.due_by! * 1000 };
}

test("acceptance closes the dispute at the provider, once, and is audited", async () => {
  const { orderId, id } = await openedAtProvider();
  const accept = () => act("acceptDispute", { disputeId: id, reason: "They are right" }, linked.support, linked);
  expect((await act("acceptDispute", { disputeId: id, reason: "x" }, linked.support, linked)).__typename).toBe(
    "InvalidInputError",
  );
  expect(await act("acceptDispute", { disputeId: id, reason: "mine" }, userCaller(newId("usr")), linked)).toBe(
    "FORBIDDEN",
  );
  for (const _ of [1, 2]) expect((await accept()).dispute.state).toBe("ACCEPTING");
  await linked.runTimers();
  await vi.waitFor(async () => expect((await one(id, linked)).state).toBe("LOST"), { timeout: 10_000 });
  expect((await accept()).__typename).toBe("DisputeNotOpenError");
  const audits = (await linked.outbox()).filter(
    ({ data }) => (data as { action?: string }).action === "dispute.accept",
  );
  expect(audits).toHaveLength(1);
  expect((await linked.seen(orderId)).state).toBe("DISPUTED");
});

test("a refusal of the provider's makes the dispute open again and asks for support, unless the bank has decided", async () => {
  const { id } = await disputed();
  await act("giveDisputeEvidence", { disputeId: id, customerName: "Ayu" });
  await act("sendDisputeEvidence", { disputeId: id });
  // The provider has no dispute of this name.
  await rig.runTimers();
  expect(await one(id)).toMatchObject({
    state: "OPENED",
    attention: ["EVIDENCE_REFUSED"],
    failureReason: "resource_missing",
  });
});

test.each([
  ["sendDisputeEvidence", {}],
  ["acceptDispute", { reason: "Mine" }],
  ["setDisputeFault", { reason: "Mine", fault: "PLATFORM" }],
])("%s is support's alone", async (name, more) => {
  const { id } = await disputed(dueIn(10 * day));
  await act("giveDisputeEvidence", { disputeId: id, customerName: "Ayu" }, userCaller(owner));
  const courier = userCaller(newId("usr"), "courier");
  for (const caller of [userCaller(owner), userCaller(staff), userCaller(rig.customerId), courier])
    expect(await act(name, { disputeId: id, ...more }, caller)).toBe("FORBIDDEN");
  expect(await act(name, { disputeId: id, ...more }, { kind: "anonymous" })).toBe("UNAUTHENTICATED");
  expect(await act("giveDisputeEvidence", { disputeId: id, customerName: "Budi" }, { kind: "anonymous" })).toBe(
    "UNAUTHENTICATED",
  );
  expect(await one(id)).toMatchObject({ state: "OPENED", fault: null });
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Success`;
  expect((await act(name, { disputeId: id, ...more }, rig.support)).__typename).toBe(type);
  expect((await act(name, { disputeId: "dp_none", ...more }, rig.support)).__typename).toBe("NotFoundError");
});

test("the owner of one restaurant neither sees nor answers another's disputes", async () => {
  const { id } = await disputed(dueIn(10 * day));
  const other = { userId: newId("usr"), restaurantId: newId("rst") };
  const membershipId = newId("mem");
  const data = { membershipId, ...other, role: "OWNER" };
  await rig.deliver({ type: "membership.changed.v1", source: "users", aggregateId: membershipId, data });
  const caller = userCaller(other.userId);
  expect(await ofRestaurant(caller)).toBeNull();
  expect(await ofRestaurant(caller, other.restaurantId)).toEqual([]);
  const given = await act("giveDisputeEvidence", { disputeId: id, customerName: "Ayu" }, caller);
  expect(given.__typename).toBe("NotFoundError");
  expect((await one(id)).evidence).toEqual([]);
});

describe("a loss", () => {
  test("is put on its bearer once, in whatever order and however often the provider reports it", async () => {
    const steps = [
      ["created", "needs_response"],
      ["updated", "under_review"],
      ["closed", "lost"],
    ] as const;
    const orders = [
      [0, 1, 2],
      [2, 1, 0],
      [2, 0, 2, 1],
      [0, 2, 2, 1],
      [1, 2, 0, 2],
    ];
    const outcomes = [];
    for (const order of orders) {
      const reason = "product_unacceptable";
      const { orderId } = await rig.captured();
      await rig.complete(orderId, newId("cou"));
      const payment_intent = (await rig.intents(orderId))[0]?.id;
      const object = { id: `dp_${newId("evt")}`, object: "dispute", amount: 120_000, payment_intent, reason };
      for (const [type, status] of order.map((step) => steps[step]!)) {
        const event = { id: `evt_${newId("evt")}`, object: "event", type: `charge.dispute.${type}` };
        for (const _ of [1, 2])
          expect((await rig.webhook({ ...event, data: { object: { ...object, status } } })).status).toBe(200);
      }
      expect(await one(object.id)).toMatchObject({ state: "LOST", payment: { state: "DISPUTED" } });
      outcomes.push(await books(orderId));
    }
    expect(outcomes[0]).not.toHaveProperty("chargebacks");
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
  });

  test("for the restaurant's fault undoes its sale, and the tax; the platform bears the rest", async () => {
    const { orderId, hook } = await disputed({ reason: "product_unacceptable" });
    await hook("closed", { status: "lost" });
    const { chargebacks = 0, restaurant_payable = 0, tax_payable = 0, ...rest } = await books(orderId);
    expect({ chargebacks, restaurant_payable, tax_payable }).toEqual({
      chargebacks: 0,
      restaurant_payable: 0,
      tax_payable: 0,
    });
    expect(rest["orders_held"]).toBeUndefined();
    expect(rest["courier_payable"]).toBe(-16_000);
    expect(rest["tips_held"]).toBe(-10_000);
  });

  test.each(["fraudulent", "general"])("for %s leaves restaurant and courier what they earned", async (reason) => {
    const { orderId, hook } = await disputed({ reason });
    await hook("closed", { status: "lost" });
    const left = await books(orderId);
    expect(left["restaurant_payable"]).toBe(-64_000);
    expect(left["courier_payable"]).toBe(-16_000);
    // Of a fraud the sale stands, with its tax; else the tax is no longer due.
    expect([left["chargebacks"], left["tax_payable"]]).toEqual(
      reason === "fraudulent" ? [120_000, -10_000] : [undefined, undefined],
    );
  });

  test("falls on whom support named", async () => {
    const { orderId, id, hook } = await disputed();
    const name = (fault: string) => act("setDisputeFault", { disputeId: id, fault, reason: "The courier ate it" });
    expect((await name("COURIER")).dispute.fault).toBe("COURIER");
    await hook("closed", { status: "lost" });
    expect((await books(orderId))["courier_payable"]).toBeUndefined();
    expect((await name("PLATFORM")).__typename).toBe("DisputeNotOpenError");
  });

  test("after a refund falls on the bearer once; the second payment is the platform's", async () => {
    const { orderId, paymentId } = await rig.captured();
    await rig.complete(orderId, newId("cou"));
    await rig.refundOf(paymentId, { fault: "RESTAURANT" }, admin);
    await rig.runTimers();
    const before = await books(orderId);
    const payment_intent = (await rig.intents(orderId))[0]?.id;
    const object = {
      id: `dp_${newId("evt")}`,
      object: "dispute",
      amount: 120_000,
      payment_intent,
      reason: "product_unacceptable",
    };
    const hook = (type: string, status: string) =>
      rig.webhook({
        id: `evt_${newId("evt")}`,
        object: "event",
        type: `charge.dispute.${type}`,
        data: { object: { ...object, status } },
      });
    await hook("created", "needs_response");
    await hook("closed", "lost");
    expect((await rig.seen(orderId)).state).toBe("REFUNDED");
    const clearing = before["psp_clearing"] ?? 0;
    expect(await books(orderId)).toEqual({ ...before, chargebacks: 120_000, psp_clearing: clearing - 120_000 });
  });

  test.each([
    ["before", 60_000],
    ["after", 60_000],
  ] as const)("that is reported %s the settlement falls on the same", async (when, back) => {
    const { orderId, hook } = await disputed({ reason: "product_unacceptable" }, when === "after");
    await hook("closed", { status: "won", ...moved(120_000, back) });
    if (when === "before") await rig.complete(orderId, newId("cou"));
    const left = await books(orderId);
    // 60,000 with 5,000 tax: 55,000 off the sale, less the commission on it.
    expect(left["restaurant_payable"]).toBe(-64_000 + 44_000);
    expect(left["tax_payable"]).toBe(-5_000);
    expect(left["chargebacks"]).toBeUndefined();
    expect(left["orders_held"]).toBeUndefined();
    expect((await rig.seen(orderId)).state).toBe("PARTIALLY_REFUNDED");
  });

  test("of a part, of an order that ends unfulfilled, is made up for by what was held; the rest is paid back", async () => {
    const { orderId, hook } = await disputed({ reason: "general" }, false);
    await hook("closed", { status: "won", ...moved(120_000, 90_000) });
    await rig.cancelling(orderId);
    await rig.withdrawDelivery(orderId);
    expect(await rig.seen(orderId)).toMatchObject({ state: "REFUNDED", refunded: { amount: 90_000 } });
    const left = await books(orderId);
    expect([left["orders_held"], left["chargebacks"], left["refunds_pending"]]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("won before it is known how much came back waits for that", async () => {
    const { id, hook } = await disputed();
    await hook("closed", { status: "won", ...moved(120_000, 0) });
    expect((await one(id)).state).toBe("OPENED");
    await hook("funds_reinstated", { status: "won", ...moved(120_000, 120_000) });
    expect(await one(id)).toMatchObject({ state: "WON", returned: { amount: 120_000 } });
  });

  test("and refunds are never more than was taken, whatever is asked at once: the database refuses more", async () => {
    const { orderId, hook } = await disputed({ amount: 70_000 });
    await hook("closed", { status: "won", amount: 70_000, ...moved(70_000, 10_000) });
    const { id: paymentId } = await rig.seen(orderId);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => rig.refund(paymentId, 20_000, newId("evt"), admin)),
    );
    expect(answers.filter(({ data }) => data?.refundPayment.__typename === "RefundPaymentSuccess")).toHaveLength(3);
    await rig.runTimers();
    const beyond = rig.sql`update payments set lost_minor = lost_minor + 1 where id = ${toUuid(paymentId)}`;
    await expect(beyond).rejects.toThrow("payments_refunds_within_captured");
  });
});
