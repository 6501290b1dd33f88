/** What delivery knows of entities that others own. */

/** A person, known by id alone. */
export type UserStub = { readonly id: string };
/** An order, known by id alone. */
export type OrderStub = { readonly id: string };
/** `location` and `prepSeconds` are there when the router fetched them from the menu for `deliveryEstimate`. */
export type RestaurantStub = {
  readonly id: string;
  readonly location?: { readonly latitude: number; readonly longitude: number };
  readonly prepSeconds?: number;
};
