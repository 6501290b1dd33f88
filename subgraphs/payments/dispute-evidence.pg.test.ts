/** What is done about disputes: seen, answered, given up, alerted of; and by whom. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { newId } from "../../kit/id.ts";
import type { Caller } from "../../kit/access/identity.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { admin, disputeFields, disputesAt, type Disputes, type Seen } from "./testing/disputes.ts";
import { startMoney, type Money } from "./testing/money.ts";

const hour = 3_600_000;
const day = 24 * hour;
let rig: Money;
let at: Disputes;
/** At a provider that sends its webhooks by itself. */
let linked: Money;
let there: Disputes;
const owner = newId("usr");
const staff = newId("usr");
beforeAll(async () => {
  rig = await startMoney();
  at = disputesAt(rig);
  linked = await startMoney({ webhooks: true });
  there = disputesAt(linked);
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

const ofRestaurant = async (caller: Caller, restaurantId = rig.restaurantId): Promise<Seen[] | null> => {
  const query = `query ($id: ID!) { _entities(representations: [{ __typename: "Restaurant", id: $id }]) {
    ... on Restaurant { disputes(first: 100) { edges { node { ${disputeFields} } } } } } }`;
  const { data } = await rig.graphql(query, { id: restaurantId }, caller);
  return data?._entities[0].disputes?.edges.map(({ node }: { node: Seen }) => node) ?? null;
};
const dueIn = (ms: number) => ({
  evidence_details: { due_by: Math.floor((rig.clock.now().getTime() + ms) / 1000) },
});

describe("the list", () => {
  test("is support's, by state and date; owners see theirs, staff and strangers nothing", async () => {
    const soon = await at.disputed(dueIn(2 * day));
    const later = await at.disputed(dueIn(9 * day));
    const lost = await at.disputed();
    await lost.hook("closed", { status: "lost" });
    const ids = (found: Seen[] | null) => (found ?? []).map(({ id }) => id);
    expect(ids(await at.list({ states: ["LOST"] }))).toContain(lost.id);
    expect(ids(await at.list({ states: ["OPENED"] }))).not.toContain(lost.id);
    const evidenceDueBefore = new Date(rig.clock.now().getTime() + 3 * day).toISOString();
    expect(ids(await at.list({ evidenceDueBefore }))).toContain(soon.id);
    expect(ids(await at.list({ evidenceDueBefore }))).not.toContain(later.id);
    expect(ids(await at.list({ restaurantId: newId("rst") }))).toEqual([]);
    expect(ids(await ofRestaurant(userCaller(owner)))).toEqual(expect.arrayContaining([soon.id, later.id, lost.id]));
    expect(await ofRestaurant(userCaller(staff))).toBeNull();
    expect(await ofRestaurant(userCaller(newId("usr")))).toBeNull();
    await expect(at.list({}, userCaller(owner))).rejects.toThrow("FORBIDDEN");
  });

  test("goes on after a cursor, newest first", async () => {
    for (const _ of [1, 2, 3]) {
      await at.disputed();
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
    expect(seen).toHaveLength((await at.list()).length);
  });
});

describe("evidence", () => {
  test("is the restaurant's for three days, support's until it is sent, and nobody else's", async () => {
    const { id } = await at.disputed(dueIn(10 * day));
    const say = (caller: Caller, input: object = { productDescription: "Nasi goreng" }) =>
      at.act("giveDisputeEvidence", { disputeId: id, ...input }, caller);
    for (const stranger of [userCaller(newId("usr")), userCaller(staff), userCaller(rig.customerId)])
      expect((await say(stranger)).__typename).toBe("NotFoundError");
    expect((await at.act("giveDisputeEvidence", { disputeId: "dp_none", customerName: "x" })).__typename).toBe(
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
    expect((await at.one(id)).evidence).toEqual([
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
    expect([await alerts(), (await there.one(id))["attention"]]).toEqual([["EVIDENCE_DUE"], ["EVIDENCE_DUE"]]);
    expect((await there.list({ needsAttention: true })).map((dispute) => dispute.id)).toContain(id);
    await at(24);
    await linked.runTimers();
    expect(await alerts()).toEqual(["EVIDENCE_DUE", "EVIDENCE_DUE_SOON"]);
    await there.act("giveDisputeEvidence", { disputeId: id, shippingDate: "1 June" }, linked.support);
    await at(1);
    await linked.runTimers();
    expect(await there.one(id)).toMatchObject({ state: "UNDER_REVIEW", attention: null });
    const atProvider = await linked.stripe.disputes.retrieve(id);
    expect(atProvider).toMatchObject({ status: "under_review", evidence: { shipping_date: "1 June" } });
    expect((await there.act("sendDisputeEvidence", { disputeId: id }, linked.support)).__typename).toBe(
      "SendDisputeEvidenceSuccess",
    );
    expect(
      (await there.act("giveDisputeEvidence", { disputeId: id, shippingDate: "2 June" }, linked.support)).__typename,
    ).toBe("DisputeNotOpenError");
    expect((await linked.seen(orderId)).state).toBe("DISPUTED");
  });

  test("that nobody gave: the dispute is given up an hour before the date", async () => {
    const { orderId, id, dueBy } = await openedAtProvider();
    await linked.later(dueBy - hour - linked.clock.now().getTime());
    await linked.runTimers();
    await vi.waitFor(async () => expect((await there.one(id)).state).toBe("LOST"), { timeout: 10_000 });
    expect((await linked.stripe.disputes.retrieve(id)).status).toBe("lost");
    expect((await linked.seen(orderId)).state).toBe("DISPUTED");
  });

  test("is sent by support at once; what wins a part leaves the rest as refunded", async () => {
    const { orderId, id } = await openedAtProvider();
    expect((await there.act("sendDisputeEvidence", { disputeId: id }, linked.support)).__typename).toBe(
      "NoEvidenceError",
    );
    const uncategorizedText = "partially_winning_evidence";
    await there.act("giveDisputeEvidence", { disputeId: id, uncategorizedText }, linked.support);
    await there.act("sendDisputeEvidence", { disputeId: id }, linked.support);
    await linked.runTimers();
    await vi.waitFor(async () => expect((await there.one(id)).state).toBe("PARTLY_WON"), { timeout: 10_000 });
    expect(await there.one(id)).toMatchObject({
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
  const accept = () => there.act("acceptDispute", { disputeId: id, reason: "They are right" }, linked.support);
  expect((await there.act("acceptDispute", { disputeId: id, reason: "x" }, linked.support)).__typename).toBe(
    "InvalidInputError",
  );
  expect(await there.act("acceptDispute", { disputeId: id, reason: "mine" }, userCaller(newId("usr")))).toBe(
    "FORBIDDEN",
  );
  for (const _ of [1, 2]) expect((await accept()).dispute.state).toBe("ACCEPTING");
  await linked.runTimers();
  await vi.waitFor(async () => expect((await there.one(id)).state).toBe("LOST"), { timeout: 10_000 });
  expect((await accept()).__typename).toBe("DisputeNotOpenError");
  const audits = (await linked.outbox()).filter(
    ({ data }) => (data as { action?: string }).action === "dispute.accept",
  );
  expect(audits).toHaveLength(1);
  expect((await linked.seen(orderId)).state).toBe("DISPUTED");
});

test("a refusal of the provider's makes the dispute open again and asks for support, unless the bank has decided", async () => {
  const { id } = await at.disputed();
  await at.act("giveDisputeEvidence", { disputeId: id, customerName: "Ayu" });
  await at.act("sendDisputeEvidence", { disputeId: id });
  // The provider has no dispute of this name.
  await rig.runTimers();
  expect(await at.one(id)).toMatchObject({
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
  const { id } = await at.disputed(dueIn(10 * day));
  await at.act("giveDisputeEvidence", { disputeId: id, customerName: "Ayu" }, userCaller(owner));
  const courier = userCaller(newId("usr"), "courier");
  for (const caller of [userCaller(owner), userCaller(staff), userCaller(rig.customerId), courier])
    expect(await at.act(name, { disputeId: id, ...more }, caller)).toBe("FORBIDDEN");
  expect(await at.act(name, { disputeId: id, ...more }, { kind: "anonymous" })).toBe("UNAUTHENTICATED");
  expect(await at.act("giveDisputeEvidence", { disputeId: id, customerName: "Budi" }, { kind: "anonymous" })).toBe(
    "UNAUTHENTICATED",
  );
  expect(await at.one(id)).toMatchObject({ state: "OPENED", fault: null });
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Success`;
  expect((await at.act(name, { disputeId: id, ...more }, rig.support)).__typename).toBe(type);
  expect((await at.act(name, { disputeId: "dp_none", ...more }, rig.support)).__typename).toBe("NotFoundError");
});

test("the owner of one restaurant neither sees nor answers another's disputes", async () => {
  const { id } = await at.disputed(dueIn(10 * day));
  const other = { userId: newId("usr"), restaurantId: newId("rst") };
  const membershipId = newId("mem");
  const data = { membershipId, ...other, role: "OWNER" };
  await rig.deliver({ type: "membership.changed.v1", source: "users", aggregateId: membershipId, data });
  const caller = userCaller(other.userId);
  expect(await ofRestaurant(caller)).toBeNull();
  expect(await ofRestaurant(caller, other.restaurantId)).toEqual([]);
  const given = await at.act("giveDisputeEvidence", { disputeId: id, customerName: "Ayu" }, caller);
  expect(given.__typename).toBe("NotFoundError");
  expect((await at.one(id)).evidence).toEqual([]);
});
