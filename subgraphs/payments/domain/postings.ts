/** Which accounts each business fact moves, as a table; every posting sums to 0 whatever its facts. */
import { allocate, applyBps } from "../../../kit/money.ts";
import { accountKinds, type AccountKind } from "./accounts.ts";
import type { Charge } from "./charge.ts";
import { addedBurden, burdenOf, type Burden, type Earned, type Fault, type Refunded } from "./fault-policy.ts";

/** The order's stored allocation, minor units. */
export type Allocation = {
  itemsMinor: number;
  discountMinor: number;
  taxMinor: number;
  deliveryFeeMinor: number;
  serviceFeeMinor: number;
  smallOrderFeeMinor: number;
  tipMinor: number;
  totalMinor: number;
  /** The part of discountMinor that the restaurant bears; absent = 0. */
  discountByRestaurantMinor?: number | undefined;
};

/** Debits are positive, credits negative; `owner` is empty for the platform's own accounts. */
export type Entry = { account: AccountKind; owner: string; amountMinor: number };

type Owners = { restaurantId: string; courierId: string | null };
type Line<Facts> = { account: AccountKind; side: "DEBIT" | "CREDIT"; amount: (facts: Facts) => number };

export type AmountFacts = { amountMinor: number };
export type SettlementFacts = {
  amounts: Allocation;
  /** What the platform keeps of the restaurant's sales, basis points. */
  commissionBps: number;
  courierPayMinor: number;
  /** Paid back (or on its way) while the money was still held for the order: before tax, by fault, and the tax. */
  refunded: Refunded;
  refundedTaxMinor: number;
};
export type EndingFacts = {
  charge: Charge;
  /** Whether the customer pays for the end; else the platform bears what the restaurant earns. */
  customerPays: boolean;
  /** What the restaurant earns of its sales, before commission. */
  salesMinor: number;
  commissionBps: number;
  /** What the courier earns of the pay. */
  courierPayMinor: number;
  /** Refunded before the end, as far as it falls on somebody; and the tax of it that came out of the charge. */
  refunded: Refunded;
  refundedTaxMinor: number;
};
export type RefundFacts = {
  amountMinor: number;
  /** The part of the amount that the order's end did not charge: it comes out of the money held. 0 for a fulfilled order. */
  heldMinor: number;
  /** The part of the amount that is tax no longer due. */
  taxMinor: number;
  fault: Fault;
  /** What of it falls on the fault's bearer, before tax: all that was charged, or its worth where the customer pays nothing anyway. */
  borneMinor: number;
  /** The platform's discount on the refunded lines. */
  promotedMinor: number;
  /** Whether the customer was charged: else no discount of the platform's is booked that could come back. */
  customerPays: boolean;
  /** What was refunded of the order before. */
  before: Refunded;
  earned: Earned;
};

/** What is left of an order's tax and of the rest of its total. */
export type RefundLeft = { taxMinor: number; restMinor: number };

/**
 * Splits a refund into tax that is no longer due and the rest: in proportion to what is left of both, or with the tax of
 * the lines that it is for (`linesTaxMinor`), never more of either than is left. The last refund takes exactly what is left.
 */
export function refundParts(
  left: RefundLeft,
  refundMinor: number,
  linesTaxMinor: number | null = null,
): { taxMinor: number; restMinor: number } {
  const share = linesTaxMinor ?? allocate(refundMinor, [left.taxMinor, left.restMinor])[0] ?? 0;
  const taxMinor = Math.min(Math.max(share, refundMinor - left.restMinor), left.taxMinor);
  return { taxMinor, restMinor: refundMinor - taxMinor };
}

const fees = (amounts: Allocation): number =>
  amounts.deliveryFeeMinor + amounts.serviceFeeMinor + amounts.smallOrderFeeMinor;

/** The platform's part of what promotions took off. */
export const promotedMinor = ({ discountMinor, discountByRestaurantMinor = 0 }: Allocation): number =>
  discountMinor - discountByRestaurantMinor;

/**
 * The restaurant's sales before commission: the platform's part of a discount is added back, the restaurant's own part is not,
 * since it sold for less. Below 0 when the restaurant gives away more than its dishes cost, as a delivery fee can be.
 */
export const salesMinor = (amounts: Allocation): number =>
  amounts.totalMinor + promotedMinor(amounts) - amounts.taxMinor - fees(amounts) - amounts.tipMinor;

/** The base of the commission is the restaurant's sales, so after its own part of a discount and before the platform's; never below 0. */
const commissionMinor = (facts: SettlementFacts): number =>
  applyBps(Math.max(0, salesMinor(facts.amounts)), facts.commissionBps);

const refundedRest = ({ refunded }: { refunded: Refunded }): number =>
  Object.values(refunded.byFault).reduce((sum, part) => sum + part, 0);

/** Who bears what was refunded before the settlement. */
const burden = ({ refunded, amounts, commissionBps, courierPayMinor }: SettlementFacts): Burden =>
  burdenOf(refunded, { salesMinor: salesMinor(amounts), commissionBps, courierPayMinor });

const move = (debit: AccountKind, credit: AccountKind): Line<AmountFacts>[] => [
  { account: debit, side: "DEBIT", amount: (facts) => facts.amountMinor },
  { account: credit, side: "CREDIT", amount: (facts) => facts.amountMinor },
];

/** A refund before settlement comes out of the held money; at settlement its cost falls where a later one's would. */
const settled: Line<SettlementFacts>[] = [
  {
    account: "orders_held",
    side: "DEBIT",
    amount: (f) => f.amounts.totalMinor - refundedRest(f) - f.refundedTaxMinor,
  },
  { account: "refund_expense", side: "DEBIT", amount: (f) => burden(f).platformMinor },
  { account: "restaurant_payable", side: "DEBIT", amount: (f) => burden(f).restaurantMinor },
  { account: "commission", side: "DEBIT", amount: (f) => burden(f).commissionMinor },
  { account: "courier_payable", side: "DEBIT", amount: (f) => burden(f).courierMinor },
  { account: "tax_payable", side: "DEBIT", amount: (f) => f.refundedTaxMinor },
  { account: "promo_expense", side: "CREDIT", amount: (f) => burden(f).promotionMinor },
  { account: "promo_expense", side: "DEBIT", amount: (f) => promotedMinor(f.amounts) },
  { account: "courier_cost", side: "DEBIT", amount: (f) => f.courierPayMinor },
  { account: "restaurant_payable", side: "CREDIT", amount: (f) => salesMinor(f.amounts) - commissionMinor(f) },
  { account: "commission", side: "CREDIT", amount: commissionMinor },
  { account: "delivery_fee", side: "CREDIT", amount: (f) => f.amounts.deliveryFeeMinor },
  { account: "service_fee", side: "CREDIT", amount: (f) => f.amounts.serviceFeeMinor + f.amounts.smallOrderFeeMinor },
  { account: "tax_payable", side: "CREDIT", amount: (f) => f.amounts.taxMinor },
  { account: "courier_payable", side: "CREDIT", amount: (f) => f.courierPayMinor },
  { account: "tips_held", side: "CREDIT", amount: (f) => f.amounts.tipMinor },
];

/** Who bears what was refunded before the order's end. */
const endBurden = ({ refunded, ...earned }: EndingFacts): Burden => burdenOf(refunded, earned);

const bornByOthers = ({ restaurantMinor, commissionMinor, courierMinor }: Burden): number =>
  restaurantMinor + commissionMinor + courierMinor;

const endCommission = ({ salesMinor: sales, commissionBps }: EndingFacts): number =>
  applyBps(Math.max(0, sales), commissionBps);

/**
 * An order that ended without being fulfilled: what its customer is charged, and what the platform adds, goes to those who
 * worked and were not at fault. Charged in full it equals "order-settled". The rest of the money stays held, to be paid back.
 */
const ended: Line<EndingFacts>[] = [
  {
    account: "orders_held",
    side: "DEBIT",
    amount: (f) => f.charge.totalMinor - (f.customerPays ? refundedRest(f) : 0) - f.refundedTaxMinor,
  },
  {
    account: "refund_expense",
    side: "DEBIT",
    amount: (f) => (f.customerPays ? endBurden(f).platformMinor : f.salesMinor - bornByOthers(endBurden(f))),
  },
  { account: "restaurant_payable", side: "DEBIT", amount: (f) => endBurden(f).restaurantMinor },
  { account: "commission", side: "DEBIT", amount: (f) => endBurden(f).commissionMinor },
  { account: "courier_payable", side: "DEBIT", amount: (f) => endBurden(f).courierMinor },
  { account: "tax_payable", side: "DEBIT", amount: (f) => f.refundedTaxMinor },
  { account: "promo_expense", side: "CREDIT", amount: (f) => (f.customerPays ? endBurden(f).promotionMinor : 0) },
  {
    account: "promo_expense",
    side: "DEBIT",
    amount: (f) => (f.customerPays ? f.salesMinor - f.charge.itemsMinor + f.charge.deliveryDiscountMinor : 0),
  },
  { account: "courier_cost", side: "DEBIT", amount: (f) => f.courierPayMinor },
  { account: "restaurant_payable", side: "CREDIT", amount: (f) => f.salesMinor - endCommission(f) },
  { account: "commission", side: "CREDIT", amount: endCommission },
  { account: "delivery_fee", side: "CREDIT", amount: (f) => f.charge.deliveryFeeMinor },
  { account: "service_fee", side: "CREDIT", amount: (f) => f.charge.serviceFeeMinor + f.charge.smallOrderFeeMinor },
  { account: "tax_payable", side: "CREDIT", amount: (f) => f.charge.taxMinor },
  { account: "courier_payable", side: "CREDIT", amount: (f) => f.courierPayMinor },
  { account: "tips_held", side: "CREDIT", amount: (f) => f.charge.tipMinor },
];

const added = ({ before, fault, borneMinor: restMinor, promotedMinor: promoted, earned }: RefundFacts): Burden =>
  addedBurden(before, { fault, restMinor, promotedMinor: promoted }, earned);

const promotionBack = (f: RefundFacts): number => (f.customerPays ? added(f).promotionMinor : 0);

/** Money goes back after the settlement, or a bank has taken it: tax is no longer due, the rest falls on those whom the fault policy names. */
const sharedOut = (credit: AccountKind): Line<RefundFacts>[] => [
  { account: "orders_held", side: "DEBIT", amount: (f) => f.heldMinor },
  {
    account: "refund_expense",
    side: "DEBIT",
    amount: (f) => f.amountMinor - f.heldMinor - f.taxMinor + promotionBack(f) - bornByOthers(added(f)),
  },
  { account: "restaurant_payable", side: "DEBIT", amount: (f) => added(f).restaurantMinor },
  { account: "commission", side: "DEBIT", amount: (f) => added(f).commissionMinor },
  { account: "courier_payable", side: "DEBIT", amount: (f) => added(f).courierMinor },
  { account: "tax_payable", side: "DEBIT", amount: (f) => f.taxMinor },
  { account: "promo_expense", side: "CREDIT", amount: promotionBack },
  { account: credit, side: "CREDIT", amount: (f) => f.amountMinor },
];

/** What a payout takes from whom, and what of it the platform keeps. */
export type PayoutFacts = { restaurantMinor: number; courierMinor: number; tipsMinor: number; feeMinor: number };

/** The whole amount leaves the balance at once, so that nobody can be paid it twice; the fee is earned with it. */
const payoutRequested: Line<PayoutFacts>[] = [
  { account: "restaurant_payable", side: "DEBIT", amount: (f) => f.restaurantMinor },
  { account: "courier_payable", side: "DEBIT", amount: (f) => f.courierMinor },
  { account: "tips_held", side: "DEBIT", amount: (f) => f.tipsMinor },
  { account: "payout_fee", side: "CREDIT", amount: (f) => f.feeMinor },
  {
    account: "payout_in_transit",
    side: "CREDIT",
    amount: (f) => f.restaurantMinor + f.courierMinor + f.tipsMinor - f.feeMinor,
  },
];

/** What is given up, minor units: of the one owner that it is about. */
export type WriteOffFacts = { restaurantMinor: number; courierMinor: number };

/** What an owner owes the platform is given up: the platform's expense brings the balance from below 0 to 0. */
const balanceWrittenOff: Line<WriteOffFacts>[] = [
  { account: "write_off", side: "DEBIT", amount: (f) => f.restaurantMinor + f.courierMinor },
  { account: "restaurant_payable", side: "CREDIT", amount: (f) => f.restaurantMinor },
  { account: "courier_payable", side: "CREDIT", amount: (f) => f.courierMinor },
];

/** The table: business fact → lines. */
export const postings = {
  "payment-captured": move("psp_clearing", "orders_held"),
  "order-settled": settled,
  "order-ended": ended,
  /** A courier was replaced without fault, or brought the food back because support asked for it. */
  "courier-compensated": move("courier_cost", "courier_payable"),
  /** For orders that were called off before "order-ended" was known; nothing new is posted so once those have ended. */
  "cancellation-fee": move("orders_held", "cancellation_fee"),
  "refund-requested-held": move("orders_held", "refunds_pending"),
  "refund-requested-settled": sharedOut("refunds_pending"),
  /** A cancellation's fee is given back after all. */
  "refund-requested-fee": move("cancellation_fee", "refunds_pending"),
  "refund-paid": move("refunds_pending", "psp_clearing"),
  /** Money was taken for a card after another had paid the order: it goes back. */
  "late-capture": move("psp_clearing", "refunds_pending"),
  "dispute-opened": move("chargebacks", "psp_clearing"),
  "dispute-won": move("psp_clearing", "chargebacks"),
  /** What the provider kept of a charge. */
  "psp-fee": move("psp_fees", "psp_clearing"),
  /** What it keeps for a dispute, whoever wins it. */
  "dispute-fee": move("psp_fees", "psp_clearing"),
  /** The bank paid the cardholder back what a cancelled order still held. */
  "dispute-lost-held": move("orders_held", "chargebacks"),
  /** What the bank keeps of an order that was shared out falls on the same as a refund would; fraud stays with the platform. */
  "dispute-lost-shared": sharedOut("chargebacks"),
  "payout-requested": payoutRequested,
  /** The money has arrived: what the provider holds is less by it. */
  "payout-paid": move("payout_in_transit", "psp_clearing"),
  "balance-written-off": balanceWrittenOff,
} as const;

export type PostingKind = keyof typeof postings;
export type FactsOf<K extends PostingKind> = (typeof postings)[K] extends readonly Line<infer Facts>[] ? Facts : never;

function ownerOf(account: AccountKind, owners: Owners): string {
  const owner = accountKinds[account].owner;
  if (owner === "RESTAURANT") return owners.restaurantId;
  return owner === "COURIER" ? (owners.courierId ?? "") : "";
}

/** The entries of a fact; lines of amount 0 are left out. Throws RangeError when they do not sum to 0, which would be a bug. */
export function entriesOf<K extends PostingKind>(kind: K, facts: FactsOf<K>, owners: Owners): Entry[] {
  const lines = postings[kind] as unknown as readonly Line<FactsOf<K>>[];
  const entries = lines
    .map(({ account, side, amount }) => ({ account, side, value: amount(facts) }))
    .filter(({ value }) => value !== 0)
    .map(({ account, side, value }) => ({
      account,
      owner: ownerOf(account, owners),
      amountMinor: side === "DEBIT" ? value : -value,
    }));
  if (entries.reduce((sum, entry) => sum + entry.amountMinor, 0) !== 0)
    throw new RangeError(`posting ${kind} does not sum to 0`);
  return entries;
}

/** The entries that undo `entries`; corrections are reversals, never edits. */
export const reversalOf = (entries: readonly Entry[]): Entry[] =>
  entries.map((entry) => ({ ...entry, amountMinor: -entry.amountMinor }));
