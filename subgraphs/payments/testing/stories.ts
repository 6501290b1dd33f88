/** The two orders that the stories are told of, as orders charges them, and what each side has in the end. Amounts are minor units. */
import { defaultCourierRates, type CourierStage, type EndedIn, type Fault } from "../domain/fault-policy.ts";
import { noCharge, type Charge } from "../domain/charge.ts";
import type { Ending, Ride } from "../domain/ending.ts";
import type { Allocation, Entry } from "../domain/postings.ts";

/** An order as it was charged, line by line. */
export type StoryOrder = {
  amounts: Allocation;
  lines: { netMinor: number; taxMinor: number; promotedMinor: number }[];
  courierPayMinor: number;
};

/** Dishes of 40,000, 35,000 and 25,000 with 10 % tax on top, delivery 15,000, service 3 %, 11 % tax on fees, tip 10,000. */
export const orderA: StoryOrder = {
  amounts: {
    itemsMinor: 10_000_000,
    discountMinor: 0,
    taxMinor: 1_198_000,
    deliveryFeeMinor: 1_500_000,
    serviceFeeMinor: 300_000,
    smallOrderFeeMinor: 0,
    tipMinor: 1_000_000,
    totalMinor: 13_998_000,
  },
  lines: [4_000_000, 3_500_000, 2_500_000].map((netMinor) => ({ netMinor, taxMinor: netMinor / 10, promotedMinor: 0 })),
  courierPayMinor: 1_200_000,
};

/** The same, fetched by its customer. */
export const pickupA: StoryOrder = {
  ...orderA,
  amounts: { ...orderA.amounts, deliveryFeeMinor: 0, tipMinor: 0, taxMinor: 1_033_000, totalMinor: 11_333_000 },
  courierPayMinor: 0,
};

/** Dishes of 33,000, 27,500 and 20,000 with their tax, 10,000 off by the platform, delivery 12,000, tip 5,000. */
export const orderB: StoryOrder = {
  amounts: {
    itemsMinor: 7_409_091,
    discountMinor: 1_000_000,
    taxMinor: 780_787,
    deliveryFeeMinor: 1_081_081,
    serviceFeeMinor: 190_541,
    smallOrderFeeMinor: 0,
    tipMinor: 500_000,
    totalMinor: 8_961_500,
  },
  lines: [
    { netMinor: 2_627_329, taxMinor: 262_733, promotedMinor: 409_938 },
    { netMinor: 2_189_441, taxMinor: 218_944, promotedMinor: 341_615 },
    { netMinor: 1_592_321, taxMinor: 159_232, promotedMinor: 248_447 },
  ],
  courierPayMinor: 960_000,
};

const all = { itemsBps: 10_000, deliveryDiscountMinor: 0, deliveryDiscountByRestaurantMinor: 0 };

/** The charges of the stories by the state that the order ended in, as orders decides them when the customer is at fault. */
const charges = new Map<StoryOrder, Partial<Record<EndedIn, Charge>>>([
  [
    orderA,
    {
      ACCEPTED: { ...noCharge, itemsBps: 2_500, itemsMinor: 2_500_000, taxMinor: 250_000, totalMinor: 2_750_000 },
      READY: {
        ...noCharge,
        ...all,
        itemsMinor: 10_000_000,
        serviceFeeMinor: 300_000,
        taxMinor: 1_033_000,
        totalMinor: 11_333_000,
      },
      PICKED_UP: { ...orderA.amounts, ...all },
    },
  ],
  [pickupA, { READY: { ...pickupA.amounts, ...all } }],
  [
    orderB,
    { ACCEPTED: { ...noCharge, itemsBps: 2_500, itemsMinor: 1_602_272, taxMinor: 160_227, totalMinor: 1_762_499 } },
  ],
]);

/** How an order of the stories ended, as orders tells it. */
export function endingOf(order: StoryOrder, endedIn: EndedIn, fault: Fault): Ending {
  const charge = fault === "CUSTOMER" ? charges.get(order)?.[endedIn] : noCharge;
  if (charge === undefined) throw new Error(`no story ends in ${endedIn}`);
  return { endedIn, fault, charge };
}

/** The ride of an order of the stories. */
export const rideOf = (order: StoryOrder, courierId: string, stage: CourierStage): Ride => ({
  courierId,
  stage,
  courierPayMinor: order.courierPayMinor,
  rates: defaultCourierRates,
});

/** What customer, restaurant, courier, platform (income less expense) and the tax office have in the end. */
export type Shares = { C: number; R: number; K: number; P: number; X: number };

const income = ["commission", "delivery_fee", "service_fee", "cancellation_fee"];
const expense = ["promo_expense", "refund_expense", "courier_cost"];

/** The shares that entries come to; the customer's is what went back less what was taken. Provider's fees are left out. */
export function sharesOf(entries: readonly Pick<Entry, "account" | "amountMinor">[]): Shares {
  const owed = (...accounts: string[]) =>
    0 -
    entries.filter(({ account }) => accounts.includes(account)).reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  return {
    C: owed("psp_clearing", "refunds_pending", "orders_held") + 0,
    R: owed("restaurant_payable"),
    K: owed("courier_payable", "tips_held"),
    P: owed(...income, ...expense),
    X: owed("tax_payable"),
  };
}
