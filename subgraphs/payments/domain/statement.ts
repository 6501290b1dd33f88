/** What a restaurant or courier reads of the ledger: one line per order, payout or other fact. */

/** How one ledger transaction moved the owner's accounts, minor units ≥ 0, with what it says of the rest. */
export type StatementPosting = {
  kind: string;
  /** Taken from and added to what is owed, tips aside. */
  debitMinor: number;
  creditMinor: number;
  /** Tips added, less tips taken. */
  tipsMinor: number;
  /** Commission that the same transaction took and gave back. */
  commissionCreditMinor: number;
  commissionDebitMinor: number;
  /** Tax that it made payable, less tax no longer payable. */
  taxMinor: number;
  /** Of the order: the part of the discount that the restaurant pays for. */
  restaurantDiscountMinor: number;
};

/**
 * The columns of a line, minor units; net = gross + tips − commission − promoShare − refunds − payouts + other.
 * Tax is told beside: the platform collects and remits it, so it is in no balance here.
 */
export type StatementAmounts = {
  grossMinor: number;
  tipsMinor: number;
  commissionMinor: number;
  taxMinor: number;
  promoShareMinor: number;
  refundsMinor: number;
  payoutsMinor: number;
  otherMinor: number;
  netMinor: number;
};

/** A line in which nothing happened. */
export const emptyAmounts: StatementAmounts = {
  grossMinor: 0,
  tipsMinor: 0,
  commissionMinor: 0,
  taxMinor: 0,
  promoShareMinor: 0,
  refundsMinor: 0,
  payoutsMinor: 0,
  otherMinor: 0,
  netMinor: 0,
};

/** What one posting adds to its line. */
export function amountsOfPosting(posting: StatementPosting): StatementAmounts {
  const { kind, debitMinor, creditMinor, tipsMinor, taxMinor } = posting;
  const netMinor = creditMinor - debitMinor + tipsMinor;
  const base = { ...emptyAmounts, netMinor, taxMinor };
  if (kind === "order-settled") return ofSettlement(posting, base);
  // What an end left of the restaurant's own promotions is in its sales already.
  if (kind === "order-ended") return ofSettlement({ ...posting, restaurantDiscountMinor: 0 }, base);
  if (kind === "courier-compensated") return { ...base, grossMinor: netMinor };
  const commissionMinor = posting.commissionCreditMinor - posting.commissionDebitMinor;
  if (kind.startsWith("refund-") || kind === "dispute-lost-shared")
    return { ...base, commissionMinor, refundsMinor: -netMinor - commissionMinor };
  if (kind.startsWith("payout-")) return { ...base, payoutsMinor: -netMinor };
  return { ...base, otherMinor: netMinor };
}

/**
 * A settlement adds the sale after the restaurant's own promotions, and takes off what was refunded while the money was
 * held. A sale of which the promotions took more than all is a debit itself; then there was nothing to refund from.
 */
function ofSettlement(posting: StatementPosting, base: StatementAmounts): StatementAmounts {
  const { debitMinor, creditMinor, tipsMinor, commissionCreditMinor, commissionDebitMinor } = posting;
  const promoShareMinor = posting.restaurantDiscountMinor;
  const soldMinor = creditMinor + commissionCreditMinor;
  const refundsMinor = soldMinor === 0 ? 0 : debitMinor + commissionDebitMinor;
  return {
    ...base,
    grossMinor: soldMinor + promoShareMinor - (soldMinor === 0 ? debitMinor : 0),
    tipsMinor,
    commissionMinor: commissionCreditMinor - commissionDebitMinor,
    promoShareMinor,
    refundsMinor,
  };
}

/** Both together. */
export function addAmounts(one: StatementAmounts, other: StatementAmounts): StatementAmounts {
  const sum = { ...one };
  for (const key of Object.keys(emptyAmounts) as (keyof StatementAmounts)[]) sum[key] = one[key] + other[key];
  return sum;
}
