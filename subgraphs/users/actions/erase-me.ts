/** Erases a person's data, here at once and elsewhere by event. */
import { personOf } from "../../../kit/access/caller.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import type { Tx } from "../../../kit/database/db.ts";
import type { Context } from "../deps.ts";
import { deleteAddressesOf } from "../db/addresses.ts";
import { membershipsOf } from "../db/memberships.ts";
import { changeUser, findUser } from "../db/queries.ts";
import { publish, publishAudit } from "../events/published.ts";
import { changeMembership } from "./memberships.ts";
import { endSessions } from "./open-session.ts";
import { withPassword } from "./sign-in.ts";

async function erase(tx: Tx, context: Context, userId: string): Promise<void> {
  const moment = { now: context.clock.now(), traceId: context.traceId };
  for (const { restaurantId } of (await membershipsOf(context).load(userId)) ?? []) {
    await changeMembership(tx, context, { userId, restaurantId, role: null });
  }
  await endSessions(tx, context, { userId }, "ERASED");
  await deleteAddressesOf(tx, userId);
  const personal = {
    email: null,
    passwordHash: null,
    phone: null,
    displayName: "Erased user",
    diet: [],
    language: "en",
  };
  const settings = { notifyOrderUpdates: false, notifyPromotions: false, roles: [] };
  await changeUser(tx, userId, { ...personal, ...settings, status: "ERASED", updatedAt: moment.now });
  await publish(tx, { type: "user.erased.v1", aggregateId: userId, data: { userId } }, moment);
  await publishAudit(tx, { actorId: userId, action: "user.erased", subjectId: userId }, moment);
}

/** Erases the caller after checking the password; answers the id that is left. */
export async function eraseMe(
  context: Context,
  input: { password: string },
): Promise<Result<string, "INVALID_CREDENTIALS">> {
  const userId = personOf(context).userId;
  const found = await findUser(context.db, userId);
  return withPassword(context, found, input.password, async (fits, settled) => {
    if (!fits || !found) return err("INVALID_CREDENTIALS");
    return context.db.transaction(async (tx) => {
      const user = await findUser(tx, userId, true);
      if (user?.passwordHash !== found.passwordHash) return err("INVALID_CREDENTIALS");
      await settled(tx);
      await erase(tx, context, userId);
      return ok(userId);
    });
  });
}
