/** Reads and writes of sessions, refresh tokens and failed sign-ins. */
import { and, eq, isNull, ne, sql } from "drizzle-orm";
import type { Executor, Tx } from "../../../kit/database/db.ts";
import { refreshTokens, sessions, signInFailures, users, type SessionRow, type UserRow } from "./tables.ts";

/** Why a session ended. */
export type RevocationReason = NonNullable<SessionRow["revokedFor"]>;

/** A stored refresh token with its session and person. */
export type StoredToken = { token: typeof refreshTokens.$inferSelect; session: SessionRow; user: UserRow };

/** Opens a session with its first refresh token. */
export async function insertSession(
  db: Executor,
  session: Omit<SessionRow, "revokedAt" | "revokedFor">,
  digest: string,
): Promise<void> {
  await db.insert(sessions).values(session);
  await db.insert(refreshTokens).values({ digest, sessionId: session.id, issuedAt: session.createdAt });
}

/** The token of a digest; its session stays locked until the transaction ends, so that two uses come one after the other. */
export async function lockToken(tx: Tx, digest: string): Promise<StoredToken | null> {
  const [found] = await tx
    .select({ sessionId: refreshTokens.sessionId })
    .from(refreshTokens)
    .where(eq(refreshTokens.digest, digest));
  if (!found) return null;
  const [session] = await tx.select().from(sessions).where(eq(sessions.id, found.sessionId)).for("update");
  const [row] = await tx
    .select({ token: refreshTokens, user: users })
    .from(refreshTokens)
    .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(refreshTokens.digest, digest));
  return row && session ? { ...row, session } : null;
}

/** Whether the token of a digest has been used. */
export async function tokenUsed(db: Executor, digest: string): Promise<boolean> {
  const [row] = await db
    .select({ usedAt: refreshTokens.usedAt })
    .from(refreshTokens)
    .where(eq(refreshTokens.digest, digest));
  return row !== undefined && row.usedAt !== null;
}

/** Spends a token for its successor. */
export async function rotateToken(
  tx: Tx,
  digest: string,
  successor: { digest: string; sessionId: string; issuedAt: Date },
): Promise<void> {
  await tx.update(refreshTokens).set({ usedAt: successor.issuedAt }).where(eq(refreshTokens.digest, digest));
  await tx.insert(refreshTokens).values(successor);
}

/** Ends live sessions: the one of `sessionId`, or all of a person but `except`. Answers the ended ones' ids. */
export async function revokeSessions(
  tx: Tx,
  which: { sessionId: string } | { userId: string; except?: string },
  reason: RevocationReason,
  now: Date,
): Promise<{ id: string; userId: string }[]> {
  const scope =
    "sessionId" in which
      ? eq(sessions.id, which.sessionId)
      : and(eq(sessions.userId, which.userId), which.except === undefined ? undefined : ne(sessions.id, which.except));
  return tx
    .update(sessions)
    .set({ revokedAt: now, revokedFor: reason })
    .where(and(scope, isNull(sessions.revokedAt)))
    .returning({ id: sessions.id, userId: sessions.userId });
}

/** A person's sessions, live and ended. */
export const sessionsOf = (db: Executor, userId: string): Promise<SessionRow[]> =>
  db.select().from(sessions).where(eq(sessions.userId, userId)).orderBy(sessions.createdAt);

/** Counts one more failure, from 1 again when the last is older than `forgetMs`; answers how many there are now. */
export async function addFailure(db: Executor, key: string, now: Date, forgetMs: number): Promise<number> {
  const stale = new Date(now.getTime() - forgetMs).toISOString();
  const [row] = await db
    .insert(signInFailures)
    .values({ key, failures: 1, lastAt: now })
    .onConflictDoUpdate({
      target: signInFailures.key,
      set: {
        failures: sql`case when ${signInFailures.lastAt} <= ${stale}::timestamptz then 1 else ${signInFailures.failures} + 1 end`,
        lastAt: now,
      },
    })
    .returning({ failures: signInFailures.failures });
  return row?.failures ?? 1;
}

/** Forgets all failures of a key. */
export async function clearFailures(db: Executor, key: string): Promise<void> {
  await db.delete(signInFailures).where(eq(signInFailures.key, key));
}

/** Takes one failure of a key back. */
export async function takeFailureBack(db: Executor, key: string): Promise<void> {
  await db
    .update(signInFailures)
    .set({ failures: sql`greatest(${signInFailures.failures} - 1, 0)` })
    .where(eq(signInFailures.key, key));
}
