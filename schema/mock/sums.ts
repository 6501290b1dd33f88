/** Invented objects whose amounts add up, as those of the real graph do. */
import type { Faker } from "@faker-js/faker";
import { demoCurrency } from "../../demo/world/world.ts";
import { demoDish } from "../../demo/world/dishes.ts";
import { demoItemPriceMinor, demoRates } from "../../demo/world/orders.ts";
import { seeded } from "./values.ts";

/** An invented object: the seed that its fields are drawn from, and values that are given; a function is asked when its field is. */
export type Invented = { __typename: string; seed: string; given: Record<string, unknown> };

/** FNV-1a of `text`, 32 bits. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}

const object = (__typename: string, seed: string, given: Record<string, unknown> = {}): Invented => ({
  __typename,
  seed,
  given,
});
const money = (amount: number): Invented => object("Money", "money", { amount, currency: demoCurrency });
const share = (amount: number, bps: number): number => Math.floor((amount * bps + 5_000) / 10_000);
const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
/** A whole number of thousands of rupiah, in minor units. */
const thousands = (faker: Faker, min: number, max: number): number => faker.number.int({ min, max }) * 100_000;

type Sums = (seed: string, faker: Faker) => Record<string, unknown>;

/** A dish of the demo world, by a place in its menus. */
function dish(seed: string) {
  const [restaurant, n] = [hash(seed) % 60, hash(`${seed}/n`) % 24];
  const { name, section, description } = demoDish(restaurant, n);
  return { name, section, description, priceMinor: demoItemPriceMinor(restaurant, n) };
}

const menuItem: Sums = (seed) => {
  const { name, section, description, priceMinor } = dish(seed);
  return { name, section, description, price: money(priceMinor) };
};

type Line = { seed: string; name: string; quantity: number; unitMinor: number; totalMinor: number; taxMinor: number };

/** Three lines of an order or a quote. Tax comes on top of listed prices. */
function basket(seed: string, faker: Faker): { lines: (Line & { shown: Invented })[]; given: Record<string, unknown> } {
  const lines = [0, 1, 2].map((n) => {
    const of = `${seed}/line${n}`;
    const { name, priceMinor } = dish(`${of}/item`);
    const extraMinor = n === 0 ? 500_000 : 0;
    const quantity = 1 + (hash(of) % 3);
    const unitMinor = priceMinor + extraMinor;
    const totalMinor = unitMinor * quantity;
    const taxMinor = share(totalMinor, demoRates.itemTaxBps);
    const extra = object("OrderedModifier", `${of}/extra`, { name: "Fried egg", price: money(extraMinor) });
    const shown = object("OrderLine", of, {
      id: of,
      item: object("MenuItem", `${of}/item`, menuItem(`${of}/item`, faker)),
      name,
      quantity,
      unitPrice: money(unitMinor),
      lineTotal: money(totalMinor),
      discount: money(0),
      tax: money(taxMinor),
      modifiers: extraMinor > 0 ? [extra] : [],
    });
    return { seed: of, name, quantity, unitMinor, totalMinor, taxMinor, shown };
  });
  const items = sum(lines.map(({ totalMinor }) => totalMinor));
  const [deliveryFee, serviceFee, tip] = [
    thousands(faker, 9, 20),
    share(items, demoRates.serviceFeeBps),
    thousands(faker, 0, 5),
  ];
  const fees = deliveryFee + serviceFee;
  const feeTax = share(deliveryFee, demoRates.feeTaxBps) + share(serviceFee, demoRates.feeTaxBps);
  const tax = sum(lines.map(({ taxMinor }) => taxMinor)) + feeTax;
  const taxes = { tax, addedTax: tax, includedTax: 0 };
  const amounts = {
    items,
    subtotal: items,
    discount: 0,
    ...taxes,
    fees,
    deliveryFee,
    serviceFee,
    smallOrderFee: 0,
    tip,
  };
  const all = { ...amounts, total: items + tax + fees + tip };
  const shownAmounts = Object.fromEntries(Object.entries(all).map(([name, amount]) => [name, money(amount)]));
  return {
    lines,
    given: {
      lines: lines.map(({ shown }) => shown),
      amounts: object("OrderAmounts", `${seed}/amounts`, shownAmounts),
      promotions: [],
      taxInclusive: false,
    },
  };
}

/** The payment of the order with this seed: captured in full, nothing refunded. */
function paymentOf(orderSeed: string, faker: Faker): Record<string, unknown> {
  const { lines, given } = basket(orderSeed, faker);
  const total = (given["amounts"] as Invented).given["total"];
  return {
    state: "CAPTURED",
    amount: total,
    captured: total,
    refunded: money(0),
    refunds: [],
    disputes: [],
    failureReason: null,
    lines: lines.map(({ seed, name, quantity, totalMinor, taxMinor, shown }) =>
      object("PaymentLine", `${seed}/paid`, {
        orderLineId: seed,
        name,
        item: shown.given["item"],
        quantity,
        refundedQuantity: 0,
        amount: money(totalMinor),
        tax: money(taxMinor),
        refunded: money(0),
      }),
    ),
  };
}

/** The generator that an order's amounts are drawn from, wherever the order is met. */
const ofOrder = (seed: string) => seeded(hash(`${seed}/basket`));

const order: Sums = (seed) => ({
  ...basket(seed, ofOrder(seed)).given,
  payment: () =>
    object("Payment", `${seed}/payment`, {
      ...paymentOf(seed, ofOrder(seed)),
      order: () => object("Order", seed, order(seed, ofOrder(seed))),
    }),
});

const payment: Sums = (seed) => ({
  ...paymentOf(`${seed}/order`, ofOrder(`${seed}/order`)),
  order: () => object("Order", `${seed}/order`, order(`${seed}/order`, ofOrder(`${seed}/order`))),
});

const payout: Sums = (_seed, faker) => {
  const [amount, fee] = [thousands(faker, 200, 900), thousands(faker, 0, 2)];
  return { amount: money(amount), fee: money(fee), net: money(amount - fee) };
};

const payoutAccount: Sums = (_seed, faker) => {
  const [balance, held] = [thousands(faker, 300, 900), thousands(faker, 0, 200)];
  return { balance: money(balance), held: money(held), available: money(balance - held) };
};

/** A line of a statement, and what it adds to the balance. */
function statementLine(seed: string, faker: Faker): { net: number; given: Record<string, unknown> } {
  const [gross, tips] = [thousands(faker, 40, 200), thousands(faker, 0, 10)];
  const [commission, promoShare] = [share(gross, 1_500), thousands(faker, 0, 5)];
  const net = gross + tips - commission - promoShare;
  const parts = {
    gross,
    tips,
    commission,
    tax: share(gross, 1_000),
    promoShare,
    refunds: 0,
    payouts: 0,
    other: 0,
    net,
  };
  return { net, given: Object.fromEntries(Object.entries(parts).map(([name, amount]) => [name, money(amount)])) };
}

const statement: Sums = (seed, faker) => {
  const opening = thousands(faker, 0, 300);
  const lines = [0, 1, 2].map((n) => ({ of: `${seed}/line${n}`, ...statementLine(`${seed}/line${n}`, faker) }));
  const edges = lines.map(({ of, given }, n) =>
    object("StatementLineEdge", of, { cursor: `cursor-${n}`, node: object("StatementLine", of, given) }),
  );
  const connection = ({ first = edges.length }: { first?: number }) =>
    object("StatementLineConnection", `${seed}/lines`, { edges: edges.slice(0, first) });
  return { opening: money(opening), closing: money(opening + sum(lines.map(({ net }) => net))), lines: connection };
};

const trialBalance: Sums = (seed, faker) => {
  const moved = [thousands(faker, 100, 900), thousands(faker, 100, 900)];
  const total = money(sum(moved));
  // What is debited to one account is credited to the other.
  const accounts = [
    { account: "psp_clearing", type: "ASSET", normalSide: "DEBIT" },
    { account: "restaurant_payable", type: "LIABILITY", normalSide: "CREDIT" },
  ];
  const lines = accounts.map((one, n) => {
    const [debits = 0, credits = 0] = n === 0 ? moved : moved.toReversed();
    const opening = 50_000_000;
    const closing = opening + (one.normalSide === "DEBIT" ? debits - credits : credits - debits);
    const amounts = { opening, debits, credits, closing };
    const shown = Object.entries(amounts).map(([name, amount]) => [name, money(amount)]);
    return object("TrialBalanceLine", `${seed}/${n}`, { ...one, ...Object.fromEntries(shown) });
  });
  return { lines, debits: total, credits: total };
};

const sums: Record<string, Sums> = {
  MenuItem: menuItem,
  Order: order,
  Quote: (seed) => basket(seed, ofOrder(seed)).given,
  Payment: payment,
  Payout: payout,
  PayoutAccount: payoutAccount,
  Statement: statement,
  StatementLine: (seed, faker) => statementLine(seed, faker).given,
  TrialBalance: trialBalance,
};

/** Values of an invented object of `type` that belong together; none for other types. The same seed gives the same. */
export const sumsOf = (type: string, seed: string): Record<string, unknown> =>
  Object.hasOwn(sums, type) ? (sums[type]?.(seed, seeded(hash(`${seed}/sums`))) ?? {}) : {};
