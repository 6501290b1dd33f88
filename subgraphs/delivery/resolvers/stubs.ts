/** What delivery knows of entities that others own. */

export type UserStub = { readonly id: string };
export type OrderStub = { readonly id: string };
/** `location` is there when the router fetched it for `deliveryEstimate`. */
export type RestaurantStub = {
  readonly id: string;
  readonly location?: { readonly latitude: number; readonly longitude: number };
};
