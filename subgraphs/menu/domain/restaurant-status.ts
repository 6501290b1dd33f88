/** Whether a restaurant may sell, and how that may change. */

/** Every status of a restaurant. */
export const restaurantStatuses = ["ACTIVE", "SUSPENDED", "PERMANENTLY_CLOSED"] as const;

/** One of them. */
export type RestaurantStatus = (typeof restaurantStatuses)[number];

/** What each status may become; nothing leaves PERMANENTLY_CLOSED. */
export const statusMoves: Readonly<Record<RestaurantStatus, readonly RestaurantStatus[]>> = {
  ACTIVE: ["SUSPENDED", "PERMANENTLY_CLOSED"],
  SUSPENDED: ["ACTIVE", "PERMANENTLY_CLOSED"],
  PERMANENTLY_CLOSED: [],
};
