/** Changes of who works for a restaurant. */
import { personOf, isAdmin } from "../../../kit/access/caller.ts";
import type { Tx } from "../../../kit/database/db.ts";
import { isId } from "../../../kit/id.ts";
import { askSubgraph } from "../../../kit/access/service-call.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import type { Context } from "../deps.ts";
import { findMembership, setMembership } from "../db/memberships.ts";
import { findByEmail, findUser } from "../db/queries.ts";
import type { MembershipRow, UserRow } from "../db/tables.ts";
import { parseEmail } from "../domain/account.ts";
import { mayAddStaff, mayRemove, roleAfterAdding, type Asker, type MembershipRole } from "../domain/membership.ts";
import { publish, publishAudit } from "../events/published.ts";

type Change = { userId: string; restaurantId: string; role: MembershipRole | null };

/** Writes one change with its event and its audit entry. */
export async function changeMembership(tx: Tx, context: Context, change: Change): Promise<MembershipRow> {
  const moment = { now: context.clock.now(), traceId: context.traceId };
  const row = await setMembership(tx, { ...change, now: moment.now });
  const data = { membershipId: row.id, userId: row.userId, restaurantId: row.restaurantId, role: row.role };
  await publish(tx, { type: "membership.changed.v1", aggregateId: row.id, data }, moment);
  const detail = { restaurantId: row.restaurantId, role: row.role };
  await publishAudit(
    tx,
    { actorId: personOf(context).userId, action: "membership.changed", subjectId: row.userId, detail },
    moment,
  );
  return row;
}

async function askerAt(tx: Tx, context: Context, restaurantId: string): Promise<Asker> {
  const own = await findMembership(tx, personOf(context).userId, restaurantId);
  return { admin: isAdmin(context), roleThere: own?.role ?? null };
}

async function addMember(
  tx: Tx,
  context: Context,
  user: UserRow | null,
  restaurantId: string,
  role: MembershipRole,
): Promise<Result<MembershipRow, "NOT_FOUND">> {
  // Locked, so that an erasure cannot run between this look and the new membership.
  const current = user && (await findUser(tx, user.id, true));
  if (!current || current.status === "ERASED") return err("NOT_FOUND");
  const before = await findMembership(tx, current.id, restaurantId);
  const after = roleAfterAdding(before?.role ?? null, role);
  if (before && before.role === after) return ok(before);
  return ok(await changeMembership(tx, context, { userId: current.id, restaurantId, role: after }));
}

/** Whether the menu knows the restaurant. Throws SUBGRAPH_UNAVAILABLE when the menu is away. */
async function isRestaurant(context: Context, restaurantId: string): Promise<boolean> {
  if (!isId("rst", restaurantId)) return false;
  const query = `query KnownInMenu($restaurantId: ID) { knownInMenu(restaurantId: $restaurantId) { restaurant } }`;
  type Answer = { knownInMenu: { restaurant: boolean } };
  return (await askSubgraph<Answer>(context, "menu", query, { restaurantId })).knownInMenu.restaurant;
}

/**
 * Makes a person an owner; for admins, whom the door has checked. Doing it twice changes nothing. Throws
 * SUBGRAPH_UNAVAILABLE when the menu, which knows the restaurants, is away.
 */
export async function grantOwnership(
  context: Context,
  input: { userId: string; restaurantId: string },
): Promise<Result<MembershipRow, "NOT_FOUND" | "NO_RESTAURANT">> {
  if (!(await isRestaurant(context, input.restaurantId))) return err("NO_RESTAURANT");
  if (!isId("usr", input.userId)) return err("NOT_FOUND");
  return context.db.transaction(async (tx) =>
    addMember(tx, context, await findUser(tx, input.userId), input.restaurantId, "OWNER"),
  );
}

/**
 * Makes the person of an e-mail staff, by an owner or admin; FOREIGN for anybody else, and for a restaurant that is none.
 * An admin's call throws SUBGRAPH_UNAVAILABLE when the menu is away; an owner's membership says that the restaurant exists.
 */
export async function addStaff(
  context: Context,
  input: { email: string; restaurantId: string },
): Promise<Result<MembershipRow, "NOT_FOUND" | "FOREIGN">> {
  if (!isId("rst", input.restaurantId)) return err("FOREIGN");
  const own = await findMembership(context.db, personOf(context).userId, input.restaurantId);
  if (own?.role !== "OWNER" && isAdmin(context) && !(await isRestaurant(context, input.restaurantId)))
    return err("FOREIGN");
  return context.db.transaction(async (tx) => {
    if (!mayAddStaff(await askerAt(tx, context, input.restaurantId))) return err("FOREIGN");
    const email = parseEmail(input.email);
    return addMember(tx, context, email.ok ? await findByEmail(tx, email.value) : null, input.restaurantId, "STAFF");
  });
}

/** Ends a membership; answers its id. */
export async function removeMember(
  context: Context,
  input: { userId: string; restaurantId: string },
): Promise<Result<string, "NOT_FOUND">> {
  if (!isId("usr", input.userId) || !isId("rst", input.restaurantId)) return err("NOT_FOUND");
  return context.db.transaction(async (tx) => {
    await findUser(tx, input.userId, true);
    const current = await findMembership(tx, input.userId, input.restaurantId);
    const allowed = current?.role && mayRemove(await askerAt(tx, context, input.restaurantId), current.role);
    if (!allowed) return err("NOT_FOUND");
    const row = await changeMembership(tx, context, { ...input, role: null });
    return ok(row.id);
  });
}
