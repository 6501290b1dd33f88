/** Who may see which part of a delivery. */
import { isHeld, type DeliveryState } from "./delivery-states.ts";

/** The signed-in person: their courier id if they are one, and the restaurants they work for. */
export type Viewer = {
  readonly userId: string;
  readonly isSupport: boolean;
  readonly courierId: string | null;
  readonly restaurantIds: ReadonlySet<string>;
};

type Parties = {
  readonly customerId: string;
  readonly restaurantId: string;
  readonly courierId: string | null;
  readonly state: DeliveryState;
};

const isCourierOf = (viewer: Viewer, delivery: Parties): boolean =>
  viewer.courierId !== null && viewer.courierId === delivery.courierId;

/** True for the order's customer, members of the restaurant, the assigned courier, support and admin. */
export const maySee = (viewer: Viewer, delivery: Parties): boolean =>
  viewer.isSupport ||
  viewer.userId === delivery.customerId ||
  viewer.restaurantIds.has(delivery.restaurantId) ||
  isCourierOf(viewer, delivery);

/** The pickup code proves to the restaurant that the right courier stands there, so nobody else may read it. */
export const maySeePickupCode = (viewer: Viewer, delivery: Parties): boolean =>
  viewer.restaurantIds.has(delivery.restaurantId);

/** Address and phone: the customer, support, and the courier while the food is on its way. */
export const maySeeRecipient = (viewer: Viewer, delivery: Parties): boolean =>
  viewer.isSupport ||
  viewer.userId === delivery.customerId ||
  (isCourierOf(viewer, delivery) && isHeld(delivery.state));

/** What the courier earns: the courier and support. */
export const maySeePay = (viewer: Viewer, delivery: Parties): boolean =>
  viewer.isSupport || isCourierOf(viewer, delivery);
