/** Who may change whose work for a restaurant. */

export type MembershipRole = "OWNER" | "STAFF";

/** The one who asks: whether admin, and their own role at the restaurant. */
export type Asker = { admin: boolean; roleThere: MembershipRole | null };

/** Owners and admins add staff. */
export const mayAddStaff = (asker: Asker): boolean => asker.admin || asker.roleThere === "OWNER";

/** Owners remove staff; only admins remove an owner. */
export const mayRemove = (asker: Asker, target: MembershipRole): boolean =>
  asker.admin || (asker.roleThere === "OWNER" && target === "STAFF");

/** Adding staff never takes an owner's rights away. */
export const roleAfterAdding = (current: MembershipRole | null, added: MembershipRole): MembershipRole =>
  current === "OWNER" ? "OWNER" : added;
