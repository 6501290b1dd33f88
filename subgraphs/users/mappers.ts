/** The row behind each type of the graph, for the types of resolvers; paths start in `generated/`. */
export const mappers = {
  User: "../resolvers/user.ts#VisibleUser",
  Address: "../db/tables.ts#AddressRow",
  OrderAddress: "../db/tables.ts#AddressRow",
  Membership: "../db/tables.ts#MembershipRow",
  AuditEntry: "../db/tables.ts#AuditEntryRow",
};
