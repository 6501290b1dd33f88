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
