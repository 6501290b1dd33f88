/**
 * What an order costs, in integer minor units of one currency: items, promotions, tax, fees, tip, in that order,
 * rounding half up per line. Every part is kept, so that refunds and the ledger can replay it.
 */
import { allocate, roundHalfUp } from "../../../kit/money.ts";
import { err, ok, type Result } from "../../../kit/result.ts";

/** One line as the menu priced it; unitPriceMinor holds item and modifiers, as listed. */
export type PricedLine = { quantity: number; unitPriceMinor: number; taxRateBps: number };

/** A reduction from a promotion: of one line by its index, of all lines (null), or of the delivery fee. */
export type Discount = {
  line: number | "DELIVERY" | null;
  amountMinor: number;
  /** The restaurant's part of it; absent = 0, the platform bears all. */
  restaurantMinor?: number;
};

export type PricingRules = {
  /** Listed prices and fees contain their tax. */
  taxInclusive: boolean;
  serviceFeeBps: number;
  /** Share of what is missing to the restaurant's minimum that a small order pays. */
  smallOrderFeeBps: number;
  feeTaxBps: number;
};

export type PricingInput = {
  lines: readonly PricedLine[];
  discounts: readonly Discount[];
  rules: PricingRules;
  minimumOrderMinor: number;
  /** Fee as quoted; 0 for pickup. */
  deliveryFeeMinor: number;
  tipMinor: number;
  /** Every part of the price is a multiple of it (`chargeStep` of the currency); default 1. */
  stepMinor?: number;
};

export type LineAllocation = {
  /** Quantity × unit price, as listed, rounded half up to the step. */
  listedMinor: number;
  discountMinor: number;
  /** The restaurant's part of the discount. */
  discountByRestaurantMinor: number;
  /** Before tax, after discount. */
  netMinor: number;
  taxMinor: number;
};

export type FeeKind = "DELIVERY" | "SERVICE" | "SMALL_ORDER";
export type FeeAllocation = {
  kind: FeeKind;
  discountMinor: number;
  /** The restaurant's part of the discount. */
  discountByRestaurantMinor: number;
  /** Before tax, after discount. */
  netMinor: number;
  taxMinor: number;
};

export type OrderTotals = {
  itemsMinor: number;
  discountMinor: number;
  taxMinor: number;
  deliveryFeeMinor: number;
  serviceFeeMinor: number;
  smallOrderFeeMinor: number;
  tipMinor: number;
  totalMinor: number;
};

export type Pricing = { lines: LineAllocation[]; fees: FeeAllocation[]; tipMinor: number; totals: OrderTotals };

export type PricingRefusal = "NO_LINES" | "BAD_QUANTITY" | "BAD_PRICE" | "BAD_DISCOUNT" | "BAD_TIP" | "TOO_LARGE";

/** Most pieces of one line. */
export const maxQuantity = 99;
/** Most lines of one order. */
export const maxLines = 50;
/** Largest listed total and largest tip: products with basis points stay exact in a double. */
export const maxAmountMinor = 100_000_000_000;

const isAmount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/**
 * Prices an order. Refuses anything that is not whole, positive and small enough to be exact.
 * Whether an order is small is told from its listed prices: a promotion makes no order small, and so never costs its customer.
 */
export function priceOrder(input: PricingInput): Result<Pricing, PricingRefusal> {
  const refusal = check(input);
  if (refusal !== null) return err(refusal);
  const { stepMinor = 1 } = input;
  const listed = input.lines.map((line) => roundHalfUp(line.quantity * line.unitPriceMinor, stepMinor));
  const priced = priceSteps(inSteps(input, stepMinor), listed);
  return priced.ok ? ok(timesStep(priced.value, stepMinor)) : priced;
}

/** The same order counted in steps: amounts rounded half up, discounts down, so that none exceeds what it is taken off. */
const inSteps = (input: PricingInput, step: number): PricingInput => ({
  ...input,
  discounts: input.discounts.map(({ line, amountMinor, restaurantMinor = 0 }) => ({
    line,
    amountMinor: Math.trunc(amountMinor / step),
    restaurantMinor: Math.trunc(restaurantMinor / step),
  })),
  minimumOrderMinor: roundHalfUp(input.minimumOrderMinor, step),
  deliveryFeeMinor: roundHalfUp(input.deliveryFeeMinor, step),
  tipMinor: roundHalfUp(input.tipMinor, step),
});

function timesStep(priced: Pricing, step: number): Pricing {
  if (step === 1) return priced;
  const times = <T extends object>(part: T): T =>
    Object.fromEntries(
      Object.entries(part).map(([name, value]) => [name, typeof value === "number" ? value * step : value]),
    ) as T;
  const { lines, fees, tipMinor, totals: whole } = priced;
  return { lines: lines.map(times), fees: fees.map(times), tipMinor: tipMinor * step, totals: times(whole) };
}

function priceSteps(input: PricingInput, listed: readonly number[]): Result<Pricing, PricingRefusal> {
  const discounts = spreadDiscounts(listed, input.discounts);
  const deliveryDiscount = sum(onDelivery(input.discounts).map(({ amountMinor }) => amountMinor));
  if (discounts === null || deliveryDiscount > input.deliveryFeeMinor) return err("BAD_DISCOUNT");
  const { rules } = input;
  const lines = input.lines.map((line, index): LineAllocation => {
    const listedMinor = listed[index] ?? 0;
    const { discountMinor = 0, restaurantMinor: discountByRestaurantMinor = 0 } = discounts[index] ?? {};
    return {
      listedMinor,
      discountMinor,
      discountByRestaurantMinor,
      ...splitTax(listedMinor - discountMinor, line.taxRateBps, rules.taxInclusive),
    };
  });

  const charged = sum(lines.map((line) => line.listedMinor - line.discountMinor));
  const missing = Math.max(0, input.minimumOrderMinor - sum(listed));
  const byRestaurant = sum(onDelivery(input.discounts).map(({ restaurantMinor = 0 }) => restaurantMinor));
  const feeAmounts: [FeeKind, number, number, number][] = [
    ["DELIVERY", input.deliveryFeeMinor, deliveryDiscount, byRestaurant],
    ["SERVICE", roundHalfUp(charged * rules.serviceFeeBps, 10_000), 0, 0],
    ["SMALL_ORDER", roundHalfUp(missing * rules.smallOrderFeeBps, 10_000), 0, 0],
  ];
  const fees = feeAmounts.map(([kind, amount, discountMinor, discountByRestaurantMinor]) => ({
    kind,
    discountMinor,
    discountByRestaurantMinor,
    ...splitTax(amount - discountMinor, rules.feeTaxBps, rules.taxInclusive),
  }));
  return ok({ lines, fees, tipMinor: input.tipMinor, totals: totals(lines, fees, input.tipMinor) });
}

function check(input: PricingInput): PricingRefusal | null {
  if (input.lines.length === 0) return "NO_LINES";
  if (input.lines.length > maxLines) return "TOO_LARGE";
  for (const line of input.lines) {
    if (!Number.isInteger(line.quantity) || line.quantity < 1 || line.quantity > maxQuantity) return "BAD_QUANTITY";
    if (!isAmount(line.unitPriceMinor) || !isAmount(line.taxRateBps) || line.taxRateBps > 10_000) return "BAD_PRICE";
  }
  if (!isAmount(input.tipMinor)) return "BAD_TIP";
  if (!isAmount(input.deliveryFeeMinor) || !isAmount(input.minimumOrderMinor)) return "BAD_PRICE";
  const listed = sum(input.lines.map((line) => line.quantity * line.unitPriceMinor));
  const parts = [listed, input.tipMinor, input.deliveryFeeMinor, input.minimumOrderMinor];
  return parts.some((part) => part > maxAmountMinor) ? "TOO_LARGE" : null;
}

const onDelivery = (discounts: readonly Discount[]): Discount[] => discounts.filter(({ line }) => line === "DELIVERY");

/** What is taken off a line, and the restaurant's part of it. */
type LineDiscount = { discountMinor: number; restaurantMinor: number };

/** Item discounts stay on their line; the order's is split over what is left by largest remainder, as is the restaurant's part of it. */
function spreadDiscounts(listed: readonly number[], discounts: readonly Discount[]): LineDiscount[] | null {
  const bad = ({ amountMinor, restaurantMinor = 0 }: Discount) =>
    !isAmount(amountMinor) || !isAmount(restaurantMinor) || restaurantMinor > amountMinor;
  if (discounts.some(bad)) return null;
  const off = (line: number | null) => {
    const own = discounts.filter((discount) => discount.line === line);
    const restaurantMinor = sum(own.map((discount) => discount.restaurantMinor ?? 0));
    return { discountMinor: sum(own.map((discount) => discount.amountMinor)), restaurantMinor };
  };
  const spread = listed.map((_, index) => off(index));
  const left = listed.map((amount, index) => amount - (spread[index]?.discountMinor ?? 0));
  const whole = off(null);
  const known = (line: Discount["line"]) => line === null || line === "DELIVERY" || listed[line] !== undefined;
  if (left.some((amount) => amount < 0) || whole.discountMinor > sum(left)) return null;
  if (!discounts.every(({ line }) => known(line))) return null;
  if (whole.discountMinor === 0) return spread;
  const shares = allocate(whole.discountMinor, left);
  const byRestaurant = allocate(whole.restaurantMinor, shares);
  return spread.map(({ discountMinor, restaurantMinor }, index) => ({
    discountMinor: discountMinor + (shares[index] ?? 0),
    restaurantMinor: restaurantMinor + (byRestaurant[index] ?? 0),
  }));
}

function splitTax(amountMinor: number, bps: number, inclusive: boolean): { netMinor: number; taxMinor: number } {
  const taxMinor = roundHalfUp(amountMinor * bps, inclusive ? 10_000 + bps : 10_000);
  return { netMinor: inclusive ? amountMinor - taxMinor : amountMinor, taxMinor };
}

function totals(lines: readonly LineAllocation[], fees: readonly FeeAllocation[], tipMinor: number): OrderTotals {
  const fee = (kind: FeeKind) =>
    sum(fees.filter((each) => each.kind === kind).map((each) => each.netMinor + each.discountMinor));
  const netMinor = sum(lines.map((line) => line.netMinor));
  const lineDiscounts = sum(lines.map((line) => line.discountMinor));
  const discountMinor = sum([...lines, ...fees].map((part) => part.discountMinor));
  const taxMinor = sum([...lines, ...fees].map((part) => part.taxMinor));
  const feesMinor = sum(fees.map((part) => part.netMinor));
  return {
    itemsMinor: netMinor + lineDiscounts,
    discountMinor,
    taxMinor,
    deliveryFeeMinor: fee("DELIVERY"),
    serviceFeeMinor: fee("SERVICE"),
    smallOrderFeeMinor: fee("SMALL_ORDER"),
    tipMinor,
    totalMinor: netMinor + taxMinor + feesMinor + tipMinor,
  };
}

/** How a price reads on a receipt: subtotal - discount + added tax + fees + tip = total. */
export type Receipt = { subtotalMinor: number; addedTaxMinor: number; includedTaxMinor: number };

/** The listed side of a price: what its lines come to as listed, and which part of `taxMinor` that contains already. */
export function receiptOf(
  taxMinor: number,
  taxInclusive: boolean,
  lines: readonly Pick<LineAllocation, "listedMinor" | "taxMinor">[],
): Receipt {
  const includedTaxMinor = taxInclusive ? sum(lines.map((line) => line.taxMinor)) : 0;
  const subtotalMinor = sum(lines.map((line) => line.listedMinor));
  return { subtotalMinor, addedTaxMinor: taxMinor - includedTaxMinor, includedTaxMinor };
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
