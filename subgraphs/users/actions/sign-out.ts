/** Ends a session. */
import type { Context } from "../deps.ts";
import { lockToken } from "../db/sessions.ts";
import { tokenDigest } from "../keys/secrets.ts";
import { endSessions } from "./open-session.ts";

/** Ends the session of the token, else the caller's own; answers whether a live one ended. Any token of the session will do, a spent one too. */
export async function signOut(context: Context, token: string | null): Promise<boolean> {
  return context.db.transaction(async (tx) => {
    const stored = token === null ? null : await lockToken(tx, tokenDigest(token));
    const own = context.caller.kind === "user" ? context.caller.sessionId : null;
    const sessionId = stored?.session.id ?? own;
    return sessionId !== null && (await endSessions(tx, context, { sessionId }, "SIGN_OUT")) > 0;
  });
}
