/** What support and admins do to accounts. */
import { personOf } from "../../../kit/access/caller.ts";
import { isId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import type { Tx } from "../../../kit/database/db.ts";
import type { Context } from "../deps.ts";
import { changeUser, findUser } from "../db/queries.ts";
import type { UserRow } from "../db/tables.ts";
import { parseText, type InvalidField } from "../domain/account.ts";
import { mayGovern, parseRoles, type UserRole } from "../domain/roles.ts";
import { publish, publishAudit } from "../events/published.ts";
import { endSessions } from "./open-session.ts";

export type GovernRefusal = { kind: "NOT_FOUND" } | ({ kind: "INVALID" } & InvalidField);

/** Runs `change` on the locked account, with the audit entry `action`. */
async function govern(
  context: Context,
  userId: string,
  audited: { action: string; detail?: Record<string, unknown> },
  change: (tx: Tx, user: UserRow) => Promise<UserRow | null>,
): Promise<Result<UserRow, GovernRefusal>> {
  if (!isId("usr", userId)) return err({ kind: "NOT_FOUND" });
  return context.db.transaction(async (tx) => {
    const user = await findUser(tx, userId, true);
    const changed = user && user.status !== "ERASED" ? await change(tx, user) : null;
    if (!changed) return err({ kind: "NOT_FOUND" });
    const moment = { now: context.clock.now(), traceId: context.traceId };
    await publishAudit(tx, { actorId: personOf(context).userId, subjectId: userId, ...audited }, moment);
    return ok(changed);
  });
}

/** Gives a person exactly these roles; publishes user.roles-changed.v1. Tokens name the roles, so taking one away ends the sessions. */
export async function setRoles(
  context: Context,
  input: { userId: string; roles: readonly UserRole[] },
): Promise<Result<UserRow, GovernRefusal>> {
  const parsed = parseRoles(input.roles, { self: input.userId === personOf(context).userId });
  if (!parsed.ok) return err({ kind: "INVALID", ...parsed.error });
  const roles = parsed.value;
  return govern(context, input.userId, { action: "user.roles-changed", detail: { roles } }, async (tx, user) => {
    const now = context.clock.now();
    const data = { userId: user.id, roles };
    await publish(tx, { type: "user.roles-changed.v1", aggregateId: user.id, data }, { now, traceId: context.traceId });
    if (user.roles.some((role) => !roles.includes(role))) await endSessions(tx, context, { userId: user.id }, "ROLES");
    return changeUser(tx, user.id, { roles, updatedAt: now });
  });
}

/** Bars a person and ends their sessions; only an admin may bar support or admins, nobody themselves. */
export async function suspendUser(
  context: Context,
  input: { userId: string; reason: string },
): Promise<Result<UserRow, GovernRefusal>> {
  const reason = parseText(input.reason, "reason", 1, 280);
  if (!reason.ok) return err({ kind: "INVALID", ...reason.error });
  const asker = { id: personOf(context).userId, roles: personOf(context).roles };
  return govern(
    context,
    input.userId,
    { action: "user.suspended", detail: { reason: reason.value } },
    async (tx, user) => {
      if (!mayGovern(asker, user)) return null;
      await endSessions(tx, context, { userId: user.id }, "SUSPENDED");
      return changeUser(tx, user.id, { status: "SUSPENDED", updatedAt: context.clock.now() });
    },
  );
}

/** Lets a suspended person in again. */
export async function reinstateUser(
  context: Context,
  input: { userId: string },
): Promise<Result<UserRow, GovernRefusal>> {
  const asker = { id: personOf(context).userId, roles: personOf(context).roles };
  return govern(context, input.userId, { action: "user.reinstated" }, async (tx, user) =>
    mayGovern(asker, user) ? changeUser(tx, user.id, { status: "ACTIVE", updatedAt: context.clock.now() }) : null,
  );
}
