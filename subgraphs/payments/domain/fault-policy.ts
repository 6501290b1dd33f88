/**
 * Who earns and who bears by whose fault it was: the policy as data, and the arithmetic that follows it.
 * What the customer pays for an order's end is orders' own table; the platform takes what is left of the two.
 */
import { applyBps } from "../../../kit/money.ts";

/** Whose fault a refund or an order's end was, as support says; NOBODY is an accident, which marks nobody. */
export const faults = ["CUSTOMER", "COURIER", "RESTAURANT", "PLATFORM", "NOBODY"] as const;

export type Fault = (typeof faults)[number];

type Policy = {
  /** Who pays for it first. */
  bearer: "RESTAURANT" | "COURIER" | "PLATFORM";
  /** The most that the bearer pays for one order; the platform pays what is beyond. */
  atMost: "SALES" | "COURIER_PAY" | "ALL";
  because: string;
};

/** Who bears a refund. Tax that is no longer due is never anybody's cost. */
export const faultPolicy: Readonly<Record<Fault, Policy>> = {
  CUSTOMER: { bearer: "PLATFORM", atMost: "ALL", because: "goodwill: neither restaurant nor courier did wrong" },
  COURIER: { bearer: "COURIER", atMost: "COURIER_PAY", because: "a courier loses the order's pay at most, never tips" },
  RESTAURANT: {
    bearer: "RESTAURANT",
    atMost: "SALES",
    because:
      "a sale is undone: the restaurant gives back what it earned, the platform its commission on it, and the platform's discount on refunded lines comes back",
  },
  PLATFORM: { bearer: "PLATFORM", atMost: "ALL", because: "our own fault" },
  NOBODY: { bearer: "PLATFORM", atMost: "ALL", because: "an accident: the platform bears it, and nobody is marked" },
};

/** The states from which an order may end without being fulfilled. */
export const endedStates = [
  "PENDING_PAYMENT",
  "SCHEDULED",
  "PLACED",
  "ACCEPTED",
  "PREPARING",
  "READY",
  "PICKED_UP",
] as const;

export type EndedIn = (typeof endedStates)[number];

/** What of its sales a restaurant earns: nothing, the share that the customer is charged of the items, or all. */
export type RestaurantShare = "NOTHING" | "AS_CHARGED" | "ALL";

const shares = (
  atFault: { CUSTOMER: RestaurantShare; RESTAURANT: RestaurantShare },
  others: RestaurantShare,
): Record<Fault, RestaurantShare> => ({ COURIER: others, PLATFORM: others, NOBODY: others, ...atFault });

const notBegun = shares({ CUSTOMER: "NOTHING", RESTAURANT: "NOTHING" }, "NOTHING");
const cooked = shares({ CUSTOMER: "ALL", RESTAURANT: "NOTHING" }, "ALL");

/** What the restaurant earns of its sales by the state that the order ended in and whose fault it was. A pickup that nobody fetched ended in READY. */
export const restaurantEarns: Readonly<Record<EndedIn, Readonly<Record<Fault, RestaurantShare>>>> = {
  PENDING_PAYMENT: notBegun,
  SCHEDULED: notBegun,
  PLACED: notBegun,
  ACCEPTED: shares({ CUSTOMER: "AS_CHARGED", RESTAURANT: "NOTHING" }, "NOTHING"),
  PREPARING: cooked,
  READY: cooked,
  PICKED_UP: cooked,
};

/** The share of its sales that a restaurant earns, basis points; `chargedBps` is the customer's share of the items. */
export function restaurantShareBps(endedIn: EndedIn, fault: Fault, chargedBps: number): number {
  const share = restaurantEarns[endedIn][fault];
  return share === "ALL" ? 10_000 : share === "AS_CHARGED" ? chargedBps : 0;
}

/** How far a delivery was when its order ended, or when its courier was replaced. RETURNED: support asked for the food back, and it came. */
export const courierStages = [
  "PENDING",
  "SEARCHING",
  "ASSIGNED",
  "AT_PICKUP",
  "PICKED_UP",
  "AT_DROPOFF",
  "RETURNED",
] as const;

export type CourierStage = (typeof courierStages)[number];

/** Rates of the courier's pay, basis points. */
export type CourierRates = { assignedBps: number; atPickupBps: number; returnBps: number };

/** The rates where no setting says otherwise: half the ride to the restaurant, half the pay, and a second, shorter ride. */
export const defaultCourierRates: CourierRates = { assignedBps: 2_500, atPickupBps: 5_000, returnBps: 5_000 };

/** What the courier earns of the pay unless at fault: nothing, a rate, or all. RETURNED comes on top of what the ride out earned. */
export const courierEarns: Readonly<Record<CourierStage, keyof CourierRates | "NOTHING" | "ALL">> = {
  PENDING: "NOTHING",
  SEARCHING: "NOTHING",
  ASSIGNED: "assignedBps",
  AT_PICKUP: "atPickupBps",
  PICKED_UP: "ALL",
  AT_DROPOFF: "ALL",
  RETURNED: "returnBps",
};

/** What a courier earns at a stage, minor units; nothing for the courier's own fault. */
export function courierPayAt(stage: CourierStage, fault: Fault, payMinor: number, rates: CourierRates): number {
  const earns = courierEarns[stage];
  if (fault === "COURIER" || earns === "NOTHING") return 0;
  return earns === "ALL" ? payMinor : applyBps(payMinor, rates[earns]);
}

/** What an order paid to those who may have to give back, minor units. */
export type Earned = { salesMinor: number; commissionBps: number; courierPayMinor: number };

/** Refunded before tax, by fault, minor units. */
export type RefundedByFault = Readonly<Record<Fault, number>>;

/** Everything refunded of an order, minor units: before tax, by fault; and the platform's discount on lines refunded for the restaurant's fault. */
export type Refunded = { byFault: RefundedByFault; promotedMinor: number };

/**
 * What each side bears, minor units. `promotionMinor` is the platform's discount that comes back to it: all that was
 * refunded before tax = restaurant + commission + courier + platform − promotion. `platformMinor` is below 0 never.
 */
export type Burden = {
  restaurantMinor: number;
  commissionMinor: number;
  courierMinor: number;
  platformMinor: number;
  promotionMinor: number;
};

/** Nothing refunded. */
export const nothingRefunded: Refunded = {
  byFault: { CUSTOMER: 0, COURIER: 0, RESTAURANT: 0, PLATFORM: 0, NOBODY: 0 },
  promotedMinor: 0,
};

/** One more refund: before tax, and the platform's discount on its lines, which counts for the restaurant's fault alone. */
export type OneRefund = { fault: Fault; restMinor: number; promotedMinor?: number | undefined };

/** Both together. */
export const withRefund = (before: Refunded, { fault, restMinor, promotedMinor = 0 }: OneRefund): Refunded => ({
  byFault: { ...before.byFault, [fault]: before.byFault[fault] + restMinor },
  promotedMinor: before.promotedMinor + (fault === "RESTAURANT" ? promotedMinor : 0),
});

/** What everything refunded of an order so far costs each side; depends on the sums alone, not on order or number of refunds. */
export function burdenOf({ byFault, promotedMinor }: Refunded, earned: Earned): Burden {
  const most = { SALES: earned.salesMinor, COURIER_PAY: earned.courierPayMinor, ALL: Number.MAX_SAFE_INTEGER };
  const borne = { RESTAURANT: 0, COURIER: 0, PLATFORM: 0 };
  for (const fault of faults) {
    const { bearer, atMost } = faultPolicy[fault];
    const asked = byFault[fault] + (fault === "RESTAURANT" ? promotedMinor : 0);
    const share = Math.min(asked, Math.max(0, most[atMost]));
    borne[bearer] += share;
    borne.PLATFORM += asked - share;
  }
  const commissionMinor = applyBps(borne.RESTAURANT, earned.commissionBps);
  return {
    restaurantMinor: borne.RESTAURANT - commissionMinor,
    commissionMinor,
    courierMinor: borne.COURIER,
    platformMinor: borne.PLATFORM,
    promotionMinor: promotedMinor,
  };
}

/** What one more refund adds to each side's burden. */
export function addedBurden(before: Refunded, refund: OneRefund, earned: Earned): Burden {
  const was = burdenOf(before, earned);
  const is = burdenOf(withRefund(before, refund), earned);
  return {
    restaurantMinor: is.restaurantMinor - was.restaurantMinor,
    commissionMinor: is.commissionMinor - was.commissionMinor,
    courierMinor: is.courierMinor - was.courierMinor,
    platformMinor: is.platformMinor - was.platformMinor,
    promotionMinor: is.promotionMinor - was.promotionMinor,
  };
}
