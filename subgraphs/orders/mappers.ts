/** The row behind each type of the graph, for the types of resolvers; paths start in `generated/`. */
export const mappers = {
  User: "../resolvers/references.ts#Reference",
  Restaurant: "../resolvers/references.ts#Reference",
  MenuItem: "../resolvers/references.ts#Reference",
  Order: "../db/tables.ts#OrderRow",
  OrderAmounts: "../resolvers/amounts.ts#ShownAmounts",
  OrderHistoryEntry: "../db/tables.ts#OrderHistoryRow",
  Quote: "../db/tables.ts#QuoteRow",
  Promotion: "../resolvers/promotion.ts#ShownPromotion",
  Cart: "../db/tables.ts#CartRow",
  CartLine: "../domain/quote.ts#CartLine as ChosenLine",
};
