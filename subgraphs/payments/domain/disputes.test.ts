import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alertsAt, attentionIn, disputeAttentions, withAttention } from "./dispute-attention.ts";
import { evidenceProblem, mergeEvidence, restaurantUntil, type Contribution } from "./dispute-evidence.ts";
import { disputeFault } from "./dispute-faults.ts";
import {
  canDisputeMove,
  closedState,
  disputeStates,
  disputeTransitions,
  isOpen,
  openStates,
} from "./dispute-states.ts";
import { faults, nothingRefunded } from "./fault-policy.ts";
import { entriesOf } from "./postings.ts";

const hour = 3_600_000;

describe("the states of a dispute", () => {
  test("only listed steps happen; what is decided stays, and whatever is open can be decided", () => {
    for (const from of disputeStates)
      for (const to of disputeStates)
        expect(canDisputeMove(from, to)).toBe(disputeTransitions.some((row) => row.from === from && row.to === to));
    const decided = disputeStates.filter((state) => !isOpen(state));
    expect(decided).toEqual(["WON", "PARTLY_WON", "LOST"]);
    for (const from of decided) expect(disputeTransitions.some((row) => row.from === from)).toBe(false);
    for (const from of openStates) for (const to of decided) expect(canDisputeMove(from, to)).toBe(true);
  });

  test.each([
    [100, 100, "WON"],
    [100, 99, "PARTLY_WON"],
    [100, 1, "PARTLY_WON"],
    [100, 0, "LOST"],
  ])("of %d with %d back it is %s", (amount, returned, state) => expect(closedState(amount, returned)).toBe(state));
});

describe("attention", () => {
  const dueAt = new Date("2026-06-10T12:00:00Z");
  const times = { firstMs: 72 * hour, lastMs: 24 * hour };
  const before = (hours: number) => new Date(dueAt.getTime() - hours * hour);

  test.each([
    [73, [], 72],
    [72, ["EVIDENCE_DUE"], 24],
    [25, ["EVIDENCE_DUE"], 24],
    [24, ["EVIDENCE_DUE", "EVIDENCE_DUE_SOON"], null],
    [-1, ["EVIDENCE_DUE", "EVIDENCE_DUE_SOON"], null],
  ])("%d hours before, %j is due, and the next at %s", (hours, due, next) => {
    expect(alertsAt(dueAt, before(hours), times)).toEqual({ due, next: next === null ? null : before(next) });
  });

  test("is raised once, only while evidence can be given, and is gone with that", () => {
    const once = withAttention({ state: "OPENED", attention: null }, "EVIDENCE_DUE");
    expect(withAttention({ state: "OPENED", attention: once }, "EVIDENCE_DUE")).toEqual(["EVIDENCE_DUE"]);
    for (const reason of disputeAttentions)
      for (const state of disputeStates) {
        expect(attentionIn(state, [reason])).toEqual(state === "OPENED" ? [reason] : null);
        expect(withAttention({ state, attention: null }, reason)).toEqual(state === "OPENED" ? [reason] : null);
      }
  });
});

describe("evidence", () => {
  const said = (contributor: Contribution["contributor"], texts: object, links: string[] = []) => ({
    contributor,
    texts,
    links,
  });

  test("of both sides becomes one: fields are the platform's first, free text and links follow one another", () => {
    const merged = mergeEvidence([
      said("PLATFORM", { product_description: "Two dishes", uncategorized_text: "It was delivered." }),
      said("RESTAURANT", { product_description: "Nasi", service_date: "1 June", uncategorized_text: " " }, [
        "https://a.example/1",
      ]),
    ]);
    expect(merged).toEqual({
      product_description: "Two dishes",
      service_date: "1 June",
      uncategorized_text: "The restaurant:\nhttps://a.example/1\n\nThe platform:\nIt was delivered.",
    });
    expect(mergeEvidence([said("RESTAURANT", {}, ["https://a.example/1"])])).toEqual({
      uncategorized_text: "https://a.example/1",
    });
    const oneFree = [said("RESTAURANT", { service_date: "1 June" }), said("PLATFORM", { uncategorized_text: "Here." })];
    expect(mergeEvidence(oneFree)).toEqual({ service_date: "1 June", uncategorized_text: "Here." });
    for (const nothing of [[], [said("PLATFORM", { customer_name: " " })]]) expect(mergeEvidence(nothing)).toBeNull();
  });

  test.each([
    [{}, [], "input"],
    [{ customer_name: " " }, [], "input"],
    [{ customer_name: "x".repeat(4_001) }, [], "customerName"],
    [{}, ["http://a.example/1"], "links.0"],
    [{}, ["https://a.example/1", "photo.jpg"], "links.1"],
    [{}, ["https://user:secret@a.example/"], "links.0"],
    [{}, [`https://a.example/${"x".repeat(500)}`], "links.0"],
    [{}, Array.from({ length: 11 }, () => "https://a.example/1"), "links"],
  ])("%j with %j is refused for %s", (texts, links, field) => {
    expect(evidenceProblem(texts, links)).toMatchObject({ field });
  });

  test("stays within what the provider takes, whatever both sides say", () => {
    const text = fc.string({ maxLength: 4_000 });
    const words = fc.record({ product_description: text, uncategorized_text: text, service_date: text });
    fc.assert(
      fc.property(words, words, (mine, theirs) => {
        const merged = mergeEvidence([said("PLATFORM", mine), said("RESTAURANT", theirs)]) ?? {};
        for (const each of Object.values(merged)) expect(each.length).toBeLessThanOrEqual(20_000);
      }),
    );
  });

  test("may be contributed for some days, and never after the provider's date", () => {
    const openedAt = new Date("2026-06-01T00:00:00Z");
    const late = new Date("2026-06-02T00:00:00Z");
    expect(restaurantUntil(openedAt, null, 72 * hour)).toEqual(new Date("2026-06-04T00:00:00Z"));
    expect(restaurantUntil(openedAt, late, 72 * hour)).toEqual(late);
  });
});

test.each([
  ["fraudulent", null, null],
  ["fraudulent", "RESTAURANT", "RESTAURANT"],
  ["product_unacceptable", null, "RESTAURANT"],
  ["product_unacceptable", "COURIER", "COURIER"],
  ["product_not_received", null, "PLATFORM"],
  ["constructor", null, "PLATFORM"],
] as const)("a dispute for %s, support naming %s, falls on %s", (reason, fault, expected) => {
  expect(disputeFault({ reason, fault })).toBe(expected);
});

test("a loss that is shared out falls on the same as a refund, and on the chargeback instead of the customer's money", () => {
  const amount = fc.integer({ min: 1, max: 10_000_000 });
  fc.assert(
    fc.property(amount, fc.nat(1_000_000), fc.constantFrom(...faults), amount, (rest, taxMinor, fault, salesMinor) => {
      const earned = { salesMinor, commissionBps: 2_000, courierPayMinor: 160_000 };
      const parts = { amountMinor: rest + taxMinor, heldMinor: 0, taxMinor, borneMinor: rest, promotedMinor: 0 };
      const facts = { ...parts, fault, customerPays: true, before: nothingRefunded, earned };
      const owners = { restaurantId: "rst_a", courierId: "cou_a" };
      const lost = entriesOf("dispute-lost-shared", facts, owners);
      const refunded = entriesOf("refund-requested-settled", facts, owners);
      expect(
        lost.map((entry) => ({
          ...entry,
          account: entry.account === "chargebacks" ? "refunds_pending" : entry.account,
        })),
      ).toEqual(refunded);
    }),
  );
});
