import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../kit/id.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { seed } from "./db/seed.ts";
import { startMoney, type Money } from "./testing/money.ts";

let rig: Money;
const hour = 3_600_000;
beforeAll(async () => {
  rig = await startMoney({ settings: { RECONCILE_INTERVAL_MS: String(hour), RECONCILE_SETTLE_MS: "0" } });
  // The provider dates its objects by the machine's clock.
  rig.clock.advance(Date.now() - rig.clock.now().getTime());
  await rig.runTimers();
});
afterAll(() => rig.stop());

const query = `query ($resolved: Boolean, $first: Int, $after: String) {
  reconciliationFindings(resolved: $resolved, first: $first, after: $after) { pageInfo { hasNextPage endCursor }
    edges { node { id kind subject facts firstSeenAt lastSeenAt resolvedAt resolution resolvedBy { id } payment { id } } } } }`;

type Finding = { id: string; kind: string; subject: string; facts: object; payment: { id: string } | null };
const list = async (variables: object = {}, caller = rig.support) => rig.graphql(query, variables, caller);
const findings = async (resolved = false): Promise<Finding[]> =>
  (await list({ first: 100, resolved })).data?.reconciliationFindings.edges.map(({ node }: { node: Finding }) => node);
const about = async (subject: string) => (await findings()).filter((finding) => finding.subject === subject);
const intentOf = async (orderId: string) => (await rig.intents(orderId))[0]?.id ?? "";
/** Lets the hourly comparison take place. */
const reconcile = () => rig.later(hour);
const posted = async (orderId: string) => ((await rig.ledger(orderId))?.transactions ?? []).length as number;
const charge = (metadata: Record<string, string> = {}, amount = 5_000) =>
  rig.stripe.paymentIntents.create({
    amount,
    currency: "idr",
    payment_method: "pm_card_visa",
    capture_method: "manual",
    confirm: true,
    metadata,
    automatic_payment_methods: { enabled: true, allow_redirects: "never" },
  });

describe("what the state machine can take by itself is repaired", () => {
  test("a hold that ended, of which no webhook came", async () => {
    const orderId = await rig.order();
    expect(await rig.stateOf(orderId)).toBe("AUTHORIZED");
    await rig.stripe.paymentIntents.cancel(await intentOf(orderId));
    await reconcile();
    expect(await rig.stateOf(orderId)).toBe("EXPIRED");
    const events = await rig.events(orderId);
    await reconcile();
    expect(await rig.events(orderId)).toEqual(events);
    expect(await about(await intentOf(orderId))).toEqual([]);
  });

  test("a charge whose answer and timer were lost", async () => {
    const orderId = await rig.order("pm_card_timeoutAfterCharge");
    await rig.sql`delete from timers where name = 'payment.call'`;
    expect(await rig.stateOf(orderId)).toBe("AUTHORIZING");
    await reconcile();
    expect(await rig.stateOf(orderId)).toBe("AUTHORIZED");
    expect(await rig.events(orderId)).toEqual(["payment.authorized.v1"]);
  });

  test("a refund whose answer and timer were lost, once", async () => {
    const { orderId, paymentId } = await rig.captured("pm_card_timeoutAfterRefund");
    await rig.refund(paymentId, 20_000);
    await rig.runTimers();
    await rig.sql`delete from timers where name = 'refund.send'`;
    expect((await rig.seen(orderId)).refunds).toMatchObject([{ state: "PENDING" }]);
    await reconcile();
    expect(await rig.seen(orderId)).toMatchObject({ refunded: { amount: 20_000 }, refunds: [{ state: "SUCCEEDED" }] });
    await reconcile();
    expect(await rig.refundsTold(orderId)).toHaveLength(1);
    expect(await rig.balance(orderId, "refunds_pending")).toBe(0);
  });
});

describe("what nobody may guess is flagged, once, and no money is moved", () => {
  test("a charge that is none of ours", async () => {
    const { id } = await charge();
    await reconcile();
    const [first] = await about(id);
    expect(first).toMatchObject({
      kind: "UNKNOWN_CHARGE",
      payment: null,
      facts: { theirStatus: "AUTHORIZED", theirAmountMinor: 5_000, theirCurrency: "IDR" },
    });
    await reconcile();
    const [again, ...more] = await about(id);
    expect(more).toEqual([]);
    expect(again).toMatchObject({ id: first!.id });
    expect((await rig.stripe.paymentIntents.retrieve(id)).status).toBe("requires_capture");
  });

  test("a second charge that names a payment of ours", async () => {
    const { orderId, paymentId } = await rig.captured();
    const { id } = await charge({ payment_id: paymentId, order_id: orderId }, 120_000);
    await reconcile();
    expect(await about(id)).toMatchObject([{ kind: "UNKNOWN_CHARGE", payment: { id: paymentId } }]);
    expect(await rig.stateOf(orderId)).toBe("CAPTURED");
  });

  test("a charge that holds no money is nobody's concern", async () => {
    const { id } = await charge();
    await rig.stripe.paymentIntents.cancel(id);
    await reconcile();
    expect(await about(id)).toEqual([]);
  });

  test("an amount that differs, of a charge and of a refund", async () => {
    const { orderId, paymentId } = await rig.captured();
    await rig.refund(paymentId, 20_000);
    await rig.runTimers();
    const intent = await intentOf(orderId);
    const [refund] = (await rig.stripe.refunds.list({ payment_intent: intent })).data;
    await rig.sql`update payments set amount_minor = amount_minor + 1 where provider_intent_id = ${intent}`;
    await rig.sql`update refunds set amount_minor = amount_minor - 1, tax_minor = 0 where provider_refund_id = ${refund!.id}`;
    const before = await posted(orderId);
    await reconcile();
    expect(await about(intent)).toMatchObject([
      {
        kind: "AMOUNT_MISMATCH",
        payment: { id: paymentId },
        facts: { ourAmountMinor: 120_001, theirAmountMinor: 120_000 },
      },
    ]);
    expect(await about(refund!.id)).toMatchObject([
      { kind: "AMOUNT_MISMATCH", facts: { ourAmountMinor: 19_999, theirAmountMinor: 20_000 } },
    ]);
    expect(await posted(orderId)).toBe(before);
  });

  test("a capture that nobody here asked for", async () => {
    const orderId = await rig.order();
    const intent = await intentOf(orderId);
    await rig.stripe.paymentIntents.capture(intent);
    await reconcile();
    expect(await about(intent)).toMatchObject([
      { kind: "STATE_MISMATCH", facts: { ourState: "AUTHORIZED", theirStatus: "CAPTURED" } },
    ]);
    expect(await rig.stateOf(orderId)).toBe("AUTHORIZED");
    expect(await posted(orderId)).toBe(0);
  });

  test("a refund that nobody here asked for", async () => {
    const { orderId } = await rig.captured();
    const refund = await rig.stripe.refunds.create({ payment_intent: await intentOf(orderId), amount: 7_000 });
    await reconcile();
    expect(await about(refund.id)).toMatchObject([{ kind: "UNKNOWN_REFUND", facts: { theirAmountMinor: 7_000 } }]);
    expect((await rig.seen(orderId)).refunded.amount).toBe(0);
  });

  test("a dispute over a charge that is none of ours is flagged", async () => {
    const intent = await rig.stripe.paymentIntents.create({
      amount: 5_000,
      currency: "idr",
      payment_method: "pm_card_createDispute",
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: "never" },
    });
    const [dispute] = (await rig.stripe.disputes.list({ payment_intent: intent.id })).data;
    await reconcile();
    expect(await about(dispute!.id)).toMatchObject([{ kind: "UNKNOWN_DISPUTE", payment: null }]);
    expect(await about(intent.id)).toMatchObject([{ kind: "UNKNOWN_CHARGE" }]);
  });

  test("what the provider once named and does not have", async () => {
    const { orderId, paymentId } = await rig.captured();
    await rig.refund(paymentId, 20_000);
    await rig.runTimers();
    const intent = await intentOf(orderId);
    const [refund] = (await rig.stripe.refunds.list({ payment_intent: intent })).data;
    const [gone, lost] = [`pi_${newId("evt")}`, `re_${newId("evt")}`];
    await rig.sql`update payments set provider_intent_id = ${gone} where provider_intent_id = ${intent}`;
    await rig.sql`update refunds set provider_refund_id = ${lost} where provider_refund_id = ${refund!.id}`;
    await reconcile();
    expect(await about(gone)).toMatchObject([{ kind: "MISSING_AT_PROVIDER", payment: { id: paymentId } }]);
    expect(await about(lost)).toMatchObject([{ kind: "MISSING_AT_PROVIDER" }]);
    // Seen from the other side, the provider's charge is not the one that the payment names.
    expect(await about(intent)).toMatchObject([{ kind: "UNKNOWN_CHARGE", payment: { id: paymentId } }]);
    expect(await rig.stateOf(orderId)).toBe("PARTIALLY_REFUNDED");
  });

  test("and payments that agree are not, nor are the demo world's, which never were at the provider", async () => {
    const { orderId, paymentId } = await rig.captured();
    await rig.refundOf(paymentId, { lines: [{ orderLineId: `${orderId}.0`, quantity: 1 }] });
    await rig.runTimers();
    const free = await rig.order("pm_card_visa_chargeDeclined");
    const before = (await findings()).length;
    await seed(rig.db, "test", rig.clock.now());
    await reconcile();
    expect(await findings()).toHaveLength(before);
    expect(await rig.stateOf(free)).toBe("FAILED");
  });
});

test("looks beyond the first page", async () => {
  const { id } = await charge();
  const unconfirmed = { amount: 1_000, currency: "idr", payment_method: "pm_card_visa" };
  for (let count = 0; count < 110; count += 1) await rig.stripe.paymentIntents.create(unconfirmed);
  await reconcile();
  expect(await about(id)).toMatchObject([{ kind: "UNKNOWN_CHARGE" }]);
  const [run] = await rig.sql`select * from reconciliation_runs order by until desc limit 1`;
  expect(run).toMatchObject({ phase: "DONE", regular: true });
  expect(Number(run?.["compared"])).toBeGreaterThan(110);
  expect(await rig.sql`select 1 from reconciliation_seen`).toHaveLength(0);
});

describe("resolving a finding", () => {
  const mutation = `mutation ($input: ResolveFindingInput!) { resolveFinding(input: $input) { __typename
    ... on ResolveFindingSuccess { finding { id resolvedAt resolution } } ... on InvalidInputError { field }
    ... on FindingResolvedError { finding { resolution } } } }`;
  const resolve = (findingId: string, resolution: string, caller = rig.support) =>
    rig.graphql(mutation, { input: { findingId, resolution } }, caller);
  const open = async () => (await findings())[0]!;

  test("closes it with who, when and what, is audited, and happens once", async () => {
    const { id, subject } = await open();
    const answers = await Promise.all([1, 2, 3].map((each) => resolve(id, `refunded by hand, ${each}`)));
    const kinds = answers.map((answer) => answer.data?.resolveFinding.__typename as string).toSorted();
    expect(kinds).toEqual(["FindingResolvedError", "FindingResolvedError", "ResolveFindingSuccess"]);
    const audits = (await rig.outbox()).filter(
      ({ type, data }) => type === "audit.recorded.v1" && (data as { subjectId: string }).subjectId === id,
    );
    expect(audits.map(({ data }) => data)).toMatchObject([{ action: "reconciliation.resolve", detail: { subject } }]);
    expect((await findings()).some((finding) => finding.id === id)).toBe(false);
    expect((await findings(true)).find((finding) => finding.id === id)).toMatchObject({
      resolution: expect.stringContaining("by hand"),
      resolvedBy: { id: expect.stringMatching(/^usr_/) },
    });
  });

  test("is refused for bad input, to strangers, and for what is not there", async () => {
    const { id } = await open();
    expect((await resolve(id, " x ")).data?.resolveFinding).toEqual({
      __typename: "InvalidInputError",
      field: "input.resolution",
    });
    expect((await resolve("fnd_nonsense", "nothing")).data?.resolveFinding.__typename).toBe("NotFoundError");
    expect((await resolve(newId("fnd"), "nothing")).data?.resolveFinding.__typename).toBe("NotFoundError");
    const stranger = userCaller(rig.customerId);
    expect((await resolve(id, "nothing to see", stranger)).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    expect((await list({}, stranger)).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    for (const variables of [{ first: 0 }, { first: 101 }, { after: "nonsense" }]) {
      expect((await list(variables)).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    }
  });

  test("holds while the same is met again; what changed is a new finding", async () => {
    const { id } = await charge();
    await reconcile();
    const [finding] = await about(id);
    expect((await resolve(finding!.id, "a test of the bank's")).data?.resolveFinding.__typename).toBe(
      "ResolveFindingSuccess",
    );
    await reconcile();
    expect(await about(id)).toEqual([]);
    await rig.stripe.paymentIntents.capture(id);
    await reconcile();
    expect(await about(id)).toMatchObject([{ kind: "UNKNOWN_CHARGE", facts: { theirStatus: "CAPTURED" } }]);
  });
});

test("a run that was cut off goes on where it was, and no other begins beside it", async () => {
  const [last] = await rig.sql`select until from reconciliation_runs where regular order by until desc limit 1`;
  const until = new Date((last!["until"] as Date).getTime() + 60_000);
  const id = crypto.randomUUID();
  const { id: early } = await charge();
  await rig.sql`insert into reconciliation_runs (id, since, until, phase, regular, compared, started_at)
    values (${id}, ${last?.["until"]}, ${until}, 'REFUNDS', true, 41, ${until})`;
  await reconcile();
  const runs = await rig.sql`select id, phase, compared from reconciliation_runs where until >= ${until}`;
  expect(runs).toMatchObject([{ id, phase: "DONE" }]);
  expect(Number(runs[0]?.["compared"])).toBeGreaterThanOrEqual(41);
  // Its charges were looked at before it was cut off; what is new is the next run's.
  expect(await about(early)).toEqual([]);
  await reconcile();
  expect(await about(early)).toHaveLength(1);
});

test("a dispute of which no webhook came is heard of, and its end weeks later, each once", async () => {
  const disputeOf = async (orderId: string) =>
    (await rig.stripe.disputes.list({ payment_intent: await intentOf(orderId) })).data[0]!;
  const [won, lost] = [await rig.captured("pm_card_createDispute"), await rig.captured("pm_card_createDispute")];
  for (const _ of [1, 2]) await reconcile();
  for (const { orderId } of [won, lost]) {
    expect(await rig.seen(orderId)).toMatchObject({ state: "DISPUTED", disputes: [{ state: "OPENED" }] });
    expect(await rig.balance(orderId, "chargebacks")).toBe(120_000);
  }
  const decide = async ({ orderId }: { orderId: string }, uncategorized_text: string) =>
    rig.stripe.disputes.update((await disputeOf(orderId)).id, { evidence: { uncategorized_text } });
  await decide(won, "winning_evidence");
  await decide(lost, "losing_evidence");
  // Nothing of the window in which they were opened is looked at any more.
  rig.clock.advance(30 * 24 * hour);
  for (const _ of [1, 2]) await reconcile();
  expect([await rig.stateOf(won.orderId), await rig.balance(won.orderId, "chargebacks")]).toEqual(["CAPTURED", 0]);
  expect([await rig.stateOf(lost.orderId), await rig.balance(lost.orderId, "chargebacks")]).toEqual([
    "DISPUTED",
    120_000,
  ]);
  for (const { orderId } of [won, lost]) expect(await about((await disputeOf(orderId)).id)).toEqual([]);
});

test("after a pause the next run begins where the last one ended", async () => {
  const week = 7 * 24 * hour;
  rig.clock.advance(2 * week);
  await rig.runTimers();
  const runs = await rig.sql`select since, until from reconciliation_runs where regular order by until desc limit 2`;
  expect(runs[0]?.["since"]).toEqual(runs[1]?.["until"]);
});
