/** The row behind each type of the graph, for the types of resolvers; paths start in `generated/`. */
export const mappers = {
  Restaurant: "../db/tables.ts#RestaurantRow",
  MenuItem: "../db/tables.ts#ItemRow",
  ModifierGroup: "../db/tables.ts#GroupRow",
  Modifier: "../db/tables.ts#ModifierRow",
  Review: "../db/tables.ts#ReviewRow",
  User: "../deps.ts#Reference",
  Order: "../deps.ts#Reference",
};
