/** Who bears a refund, by whose fault it was: the policy as data, and the arithmetic that follows it. */
import { applyBps } from "../../../kit/money.ts";

/** Whose fault a refund was, by support's word. */
export const faults = ["CUSTOMER", "COURIER", "RESTAURANT", "PLATFORM"] as const;

export type Fault = (typeof faults)[number];

type Policy = {
  /** Who pays for it first. */
  bearer: "RESTAURANT" | "COURIER" | "PLATFORM";
  /** The most that the bearer pays for one order; the platform pays what is beyond. */
  atMost: "SALES" | "COURIER_PAY" | "ALL";
  because: string;
};

/** The policy. Tax that is no longer due is never anybody's cost. */
export const faultPolicy: Readonly<Record<Fault, Policy>> = {
  CUSTOMER: { bearer: "PLATFORM", atMost: "ALL", because: "goodwill: neither restaurant nor courier did wrong" },
  COURIER: { bearer: "COURIER", atMost: "COURIER_PAY", because: "a courier loses the order's pay at most, never tips" },
  RESTAURANT: {
    bearer: "RESTAURANT",
    atMost: "SALES",
    because: "a sale is undone: the restaurant gives back what it earned and the platform its commission on it",
  },
  PLATFORM: { bearer: "PLATFORM", atMost: "ALL", because: "our own fault" },
};

/** What an order paid to those who may have to give back, minor units. */
export type Earned = { salesMinor: number; commissionBps: number; courierPayMinor: number };

/** Refunded before tax, by fault, minor units. */
export type RefundedByFault = Readonly<Record<Fault, number>>;

/** What each side bears, minor units; the parts sum to everything refunded before tax. */
export type Burden = { restaurantMinor: number; commissionMinor: number; courierMinor: number; platformMinor: number };

/** Nothing refunded. */
export const nothingRefunded: RefundedByFault = { CUSTOMER: 0, COURIER: 0, RESTAURANT: 0, PLATFORM: 0 };

/** What everything refunded of an order so far costs each side; depends on the sums alone, not on order or number of refunds. */
export function burdenOf(refunded: RefundedByFault, earned: Earned): Burden {
  const most = { SALES: earned.salesMinor, COURIER_PAY: earned.courierPayMinor, ALL: Number.MAX_SAFE_INTEGER };
  const borne = { RESTAURANT: 0, COURIER: 0, PLATFORM: 0 };
  for (const fault of faults) {
    const { bearer, atMost } = faultPolicy[fault];
    const share = Math.min(refunded[fault], Math.max(0, most[atMost]));
    borne[bearer] += share;
    borne.PLATFORM += refunded[fault] - share;
  }
  const commissionMinor = applyBps(borne.RESTAURANT, earned.commissionBps);
  return {
    restaurantMinor: borne.RESTAURANT - commissionMinor,
    commissionMinor,
    courierMinor: borne.COURIER,
    platformMinor: borne.PLATFORM,
  };
}

/** What one more refund of `restMinor` before tax adds to each side's burden. */
export function addedBurden(before: RefundedByFault, fault: Fault, restMinor: number, earned: Earned): Burden {
  const was = burdenOf(before, earned);
  const is = burdenOf({ ...before, [fault]: before[fault] + restMinor }, earned);
  return {
    restaurantMinor: is.restaurantMinor - was.restaurantMinor,
    commissionMinor: is.commissionMinor - was.commissionMinor,
    courierMinor: is.courierMinor - was.courierMinor,
    platformMinor: is.platformMinor - was.platformMinor,
  };
}
