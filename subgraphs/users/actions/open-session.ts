/** Tokens for a person: of a new session, or the next ones of a session that goes on. */
import type { Tx } from "../../../kit/database/db.ts";
import { newId } from "../../../kit/id.ts";
import { noteEnded } from "../../../kit/access/revoked-sessions.ts";
import type { Context, Deps } from "../deps.ts";
import { insertSession, revokeSessions, type RevocationReason } from "../db/sessions.ts";
import type { UserRow } from "../db/tables.ts";
import { publish } from "../events/published.ts";
import { newRefreshToken, tokenDigest } from "../keys/secrets.ts";
import { signAccessToken } from "../keys/signing-keys.ts";

/** What a client gets when it signs in. */
export type Tokens = { accessToken: string; refreshToken: string; expiresAt: Date; user: UserRow };

const dayMs = 86_400_000;

/** Opens a session in the caller's transaction; answers its id and first refresh token. */
export async function openSession(
  tx: Tx,
  deps: Deps,
  userId: string,
): Promise<{ sessionId: string; refreshToken: string }> {
  const now = deps.clock.now();
  const sessionId = newId("ses");
  const refreshToken = newRefreshToken();
  const expiresAt = new Date(now.getTime() + deps.settings.SESSION_DAYS * dayMs);
  await insertSession(tx, { id: sessionId, userId, createdAt: now, expiresAt }, tokenDigest(refreshToken));
  return { sessionId, refreshToken };
}

/** Tokens of a session whose refresh token is already known. */
export async function tokensFor(
  deps: Deps,
  user: UserRow,
  session: { sessionId: string; refreshToken: string },
): Promise<Tokens> {
  const access = await signAccessToken(deps, { userId: user.id, sessionId: session.sessionId, roles: user.roles });
  return { ...access, refreshToken: session.refreshToken, user };
}

/** Ends sessions, here with the commit and elsewhere by event; answers how many. */
export async function endSessions(
  tx: Tx,
  context: Context,
  which: { sessionId: string } | { userId: string; except?: string },
  reason: RevocationReason,
): Promise<number> {
  const now = context.clock.now();
  const ended = await revokeSessions(tx, which, reason, now);
  await noteEnded(
    tx,
    ended.map(({ id }) => id),
    now,
  );
  for (const { id, userId } of ended) {
    const data = { sessionId: id, userId };
    await publish(tx, { type: "session.revoked.v1", aggregateId: id, data }, { now, traceId: context.traceId });
  }
  return ended.length;
}
