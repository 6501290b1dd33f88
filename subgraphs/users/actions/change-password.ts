/** Changes the caller's password. */
import { personOf } from "../../../kit/access/caller.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import type { Context } from "../deps.ts";
import { changeUser, findUser } from "../db/queries.ts";
import type { UserRow } from "../db/tables.ts";
import { parsePassword, type InvalidField } from "../domain/account.ts";
import { endSessions } from "./open-session.ts";
import { attemptOf, withPassword } from "./sign-in.ts";

export type PasswordRefusal = { kind: "WRONG" } | ({ kind: "INVALID" } & InvalidField);

/** Sets a new password and ends every other session; wrong tries slow down like sign-ins. */
export async function changePassword(
  context: Context,
  input: { currentPassword: string; newPassword: string },
): Promise<Result<UserRow, PasswordRefusal>> {
  const id = personOf(context).userId;
  const password = parsePassword(input.newPassword, "newPassword");
  if (!password.ok) return err({ kind: "INVALID", ...password.error });
  const found = await findUser(context.db, id);
  return withPassword(context, found, input.currentPassword, async (fits, settled) => {
    if (!fits || !found) return err({ kind: "WRONG" });
    const passwordHash = await context.passwords.hash(
      password.value,
      attemptOf(context, found.email ?? "").address ?? "",
    );
    return context.db.transaction(async (tx) => {
      const current = await findUser(tx, id, true);
      const changed =
        current?.passwordHash === found.passwordHash &&
        (await changeUser(tx, id, { passwordHash, updatedAt: context.clock.now() }));
      if (!changed) return err({ kind: "WRONG" });
      await settled(tx);
      const except = context.caller.kind === "user" ? { except: context.caller.sessionId } : {};
      await endSessions(tx, context, { userId: id, ...except }, "PASSWORD");
      return ok(changed);
    });
  });
}
