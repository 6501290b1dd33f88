/** Why couriers do not go on with a delivery. */

/** Why a courier hands a delivery back before pickup. */
export const handBackReasons = [
  "VEHICLE_TROUBLE",
  "KITCHEN_TOO_SLOW",
  "RESTAURANT_CLOSED",
  "EMERGENCY",
  "OTHER",
] as const;

/** One of them. */
export type HandBackReason = (typeof handBackReasons)[number];

/** Whose fault a hand-back is: never the courier's own, always, or only before they waited long enough at the restaurant. */
export const handBackFaults: Readonly<Record<HandBackReason, "NEVER_OWN" | "OWN" | "OWN_UNLESS_WAITED">> = {
  VEHICLE_TROUBLE: "OWN",
  KITCHEN_TOO_SLOW: "OWN_UNLESS_WAITED",
  RESTAURANT_CLOSED: "NEVER_OWN",
  EMERGENCY: "NEVER_OWN",
  OTHER: "OWN",
};

/** Whether handing back is the courier's own fault, so that the work so far is not paid; `waitedMs` is null for one who never reached the restaurant. */
export function isOwnFault(reason: HandBackReason, waitedMs: number | null, kitchenSlowMs: number): boolean {
  const fault = handBackFaults[reason];
  return fault === "OWN" || (fault === "OWN_UNLESS_WAITED" && (waitedMs === null || waitedMs < kitchenSlowMs));
}

/** Why a courier cannot hand the food over. */
export const failureReasons = [
  "CUSTOMER_UNREACHABLE",
  "ADDRESS_WRONG",
  "REFUSED_BY_CUSTOMER",
  "FOOD_DAMAGED",
  "COURIER_ACCIDENT",
] as const;

/** One of them. */
export type FailureReason = (typeof failureReasons)[number];
