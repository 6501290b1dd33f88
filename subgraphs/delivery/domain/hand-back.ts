/** Why a courier gives a delivery back before pickup. */

/** Every reason that a courier may give. */
export const handBackReasons = [
  "VEHICLE_TROUBLE",
  "KITCHEN_TOO_SLOW",
  "RESTAURANT_CLOSED",
  "EMERGENCY",
  "OTHER",
] as const;

export type HandBackReason = (typeof handBackReasons)[number];
