/** The chart of accounts and the table of postings in words, with an example of each; docs/ledger.md is made of it. */
import type { AccountKind } from "./accounts.ts";
import { noCharge } from "./charge.ts";
import { nothingRefunded, withRefund } from "./fault-policy.ts";
import type { Allocation, FactsOf, PostingKind } from "./postings.ts";

/** What each kind of account counts. */
export const accountMeanings: Readonly<Record<AccountKind, string>> = {
  psp_clearing: "what the card provider holds for the platform",
  bank: "the platform's money at its bank",
  loan_receivable: "what a restaurant owes of a loan",
  orders_held: "captured for orders that are not completed, released or written off yet",
  refunds_pending: "decided to be paid back, not confirmed by the provider yet",
  tax_payable: "tax of completed orders, less tax refunded; collected and remitted by the platform",
  payout_in_transit: "on its way to the bank of a restaurant or courier",
  deferred_loan_fee: "a loan's fee that is not earned yet",
  restaurant_payable: "owed to a restaurant; may turn round when more is given back than earned",
  courier_payable: "delivery pay owed to a courier",
  tips_held: "tips owed to a courier",
  commission: "the platform's share of sales",
  delivery_fee: "delivery fees without tax",
  service_fee: "service and small-order fees without tax",
  cancellation_fee: "kept of orders that were called off late, before restaurants earned it",
  payout_fee: "what owners pay for instant payouts",
  loan_fee_income: "fees of loans as they are paid back",
  promo_expense: "the platform's share of promotions",
  refund_expense: "refunds that the platform bears",
  courier_cost: "pay of couriers",
  chargebacks: "taken back by cardholders' banks",
  psp_fees: "what the card provider keeps of charges, and for disputes",
  write_off: "what restaurants and couriers owed and was given up",
  loan_loss: "loans given up",
};

/** An order of 1,200.00: dishes for 800.00 of which 50.00 were given away, tax, fees and a tip. */
const amounts: Allocation = {
  itemsMinor: 80_000,
  discountMinor: 5_000,
  taxMinor: 10_000,
  deliveryFeeMinor: 20_000,
  serviceFeeMinor: 5_000,
  smallOrderFeeMinor: 0,
  tipMinor: 10_000,
  totalMinor: 120_000,
};
const terms = { commissionBps: 2_000, courierPayMinor: 16_000 };

const forRestaurant = { fault: "RESTAURANT", restMinor: 10_000 } as const;

type Example<K extends PostingKind> = {
  /** The fact that is posted. */
  when: string;
  /** What the example is of. */
  of: string;
  facts: FactsOf<K>;
};

/** Every posting with the fact that causes it; a posting without an example does not compile. */
export const postingExamples: { readonly [K in PostingKind]: Example<K> } = {
  "payment-captured": {
    when: "The provider has taken the money of an accepted order.",
    of: "an order of 1,200.00",
    facts: { amountMinor: 120_000 },
  },
  "psp-fee": {
    when: "The provider tells what it kept of the charge; in the currency that it settles in.",
    of: "2.9 % of the order",
    facts: { amountMinor: 3_480 },
  },
  "order-settled": {
    when: "The order is completed: what was held goes to those who earned it. What was refunded before falls on those whom the fault policy names.",
    of: "the order, 20 % commission, 160.00 for the courier, 110.00 with 10.00 tax refunded before for the restaurant's fault",
    facts: { amounts, ...terms, refunded: withRefund(nothingRefunded, forRestaurant), refundedTaxMinor: 1_000 },
  },
  "order-ended": {
    when: "The order ended without being fulfilled: what its customer is charged, and what the platform adds, goes to those who worked and were not at fault. The rest is paid back.",
    of: "the order, called off by its customer after it was accepted, its courier on the way to the restaurant: a quarter of the lines with their tax, a quarter of the pay",
    facts: {
      charge: { ...noCharge, itemsBps: 2_500, itemsMinor: 18_750, taxMinor: 1_875, totalMinor: 20_625 },
      customerPays: true,
      salesMinor: 20_000,
      commissionBps: 2_000,
      courierPayMinor: 4_000,
      refunded: nothingRefunded,
      refundedTaxMinor: 0,
    },
  },
  "courier-compensated": {
    when: "A courier was replaced without fault, or brought the food back because support asked for it.",
    of: "half the pay of 160.00",
    facts: { amountMinor: 8_000 },
  },
  "cancellation-fee": {
    when: "A captured order was called off late before orders told how they ended: the fee was kept, the rest paid back. Posted for such orders alone.",
    of: "a fee of 300.00",
    facts: { amountMinor: 30_000 },
  },
  "refund-requested-held": {
    when: "A refund is decided while the order's money is held.",
    of: "110.00",
    facts: { amountMinor: 11_000 },
  },
  "refund-requested-settled": {
    when: "A refund is decided after the order was settled: tax is no longer due, the rest falls on those whom the fault policy names.",
    of: "a line of 110.00 with 10.00 tax, of which the platform's promotion had taken off 12.50, for the restaurant's fault",
    facts: {
      amountMinor: 11_000,
      heldMinor: 0,
      taxMinor: 1_000,
      fault: "RESTAURANT",
      borneMinor: 10_000,
      promotedMinor: 1_250,
      customerPays: true,
      before: nothingRefunded,
      earned: { salesMinor: 80_000, ...terms },
    },
  },
  "refund-requested-fee": {
    when: "Support gives back a cancellation's fee.",
    of: "300.00",
    facts: { amountMinor: 30_000 },
  },
  "refund-paid": {
    when: "The provider has paid a refund.",
    of: "110.00",
    facts: { amountMinor: 11_000 },
  },
  "late-capture": {
    when: "Money was taken for a card after the customer had paid with another: it is paid back.",
    of: "the order",
    facts: { amountMinor: 120_000 },
  },
  "dispute-opened": {
    when: "A cardholder's bank took money back.",
    of: "1,200.00",
    facts: { amountMinor: 120_000 },
  },
  "dispute-won": {
    when: "The bank gave it back.",
    of: "1,200.00",
    facts: { amountMinor: 120_000 },
  },
  "dispute-fee": {
    when: "The provider tells what it keeps for a dispute, won or lost; in the currency that it settles in.",
    of: "15.00",
    facts: { amountMinor: 1_500 },
  },
  "dispute-lost-held": {
    when: "A dispute over an unfulfilled order is lost: what was held for it makes up for the chargeback.",
    of: "1,200.00",
    facts: { amountMinor: 120_000 },
  },
  "dispute-lost-shared": {
    when: "A dispute over an order that was shared out is lost, or a part of it, and not for fraud: it falls on those on whom a refund would.",
    of: "110.00 with 10.00 tax, for the restaurant's fault",
    facts: {
      amountMinor: 11_000,
      heldMinor: 0,
      taxMinor: 1_000,
      fault: "RESTAURANT",
      borneMinor: 10_000,
      promotedMinor: 1_250,
      customerPays: true,
      before: nothingRefunded,
      earned: { salesMinor: 80_000, ...terms },
    },
  },
  "payout-requested": {
    when: "A payout begins: the whole amount leaves the balance, the fee of an instant one is earned.",
    of: "an instant payout of 260.00 to a courier, 100.00 of it tips, for 5.00",
    facts: { restaurantMinor: 0, courierMinor: 16_000, tipsMinor: 10_000, feeMinor: 500 },
  },
  "payout-paid": {
    when: "The money has arrived.",
    of: "255.00",
    facts: { amountMinor: 25_500 },
  },
  "balance-written-off": {
    when: "An administrator gives up what the owner of a closed account owes: the balance, below 0 before, is 0.",
    of: "a restaurant that owed 640.00",
    facts: { restaurantMinor: 64_000, courierMinor: 0 },
  },
};

/** Corrections, which are the entries of another posting turned round. */
export const reversals = {
  "refund-reversed": "The provider refused a refund of support's, or a lost dispute overtook it.",
  "refund-returned": "The customer's bank sent a paid refund back; it is owed again.",
  "payout-reversed": "A payout came to nothing: the amount is owed again.",
  "payout-returned": "The owner's bank sent a paid payout back.",
  "owner-corrected":
    "A migration moved what stood on a restaurant's or courier's account without an owner to `refund_expense`: who it belongs to is not known there, and a refund or payment that support decides on comes out of that account.",
} as const;
