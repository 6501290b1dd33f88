/** The row behind each type of the graph, for the types of resolvers; paths start in `generated/`. */
export const mappers = {
  Courier: "../db/tables.ts#CourierRow",
  Delivery: "../db/tables.ts#DeliveryRow",
  Offer: "../db/tables.ts#OfferRow",
  Zone: "../db/tables.ts#ZoneRow",
  DeliveryStep: "../db/tables.ts#StepRow",
  Order: "../resolvers/stubs.ts#OrderStub",
  Restaurant: "../resolvers/stubs.ts#RestaurantStub",
  User: "../resolvers/stubs.ts#UserStub",
};
