/** What users keeps for a time only. */
import { and, eq, inArray, lt, sql } from "drizzle-orm";
import { type Cleanup, deleteBatch } from "../../../kit/database/cleanup.ts";
import type { Db } from "../../../kit/database/db.ts";
import { aggregateVersions, refreshTokens, sessions, signInFailures, signingKeys } from "./tables.ts";

const dayMs = 86_400_000;

/**
 * Forgets sessions that ended or expired before then: first their refresh tokens, which go batch by batch too, then
 * themselves. Spent tokens of a live session stay, since one that is shown again must end it.
 */
async function forgetSessions(db: Db, before: Date, limit: number): Promise<number> {
  const over = sql`coalesce(${sessions.revokedAt}, ${sessions.expiresAt}) < ${before.toISOString()}::timestamptz`;
  const ofThem = sql`${refreshTokens.sessionId} in (select ${sessions.id} from ${sessions} where ${over})`;
  const tokens = await deleteBatch(db, refreshTokens, ofThem, limit);
  if (tokens === limit) return tokens;
  return db.transaction(async (tx) => {
    const bare = sql`${over} and not exists (select 1 from ${refreshTokens} where ${refreshTokens.sessionId} = ${sessions.id})`;
    const chosen = sql`select ctid from ${sessions} where ${bare} limit ${limit} for update skip locked`;
    const gone = await tx
      .delete(sessions)
      .where(sql`ctid = any(array(${chosen}))`)
      .returning({ id: sessions.id });
    const ids = gone.map(({ id }) => id);
    // A session ends once: nothing counts on from its version.
    if (ids.length > 0) await tx.delete(aggregateVersions).where(publishedOf(ids));
    return ids.length;
  });
}

const publishedOf = (sessionIds: string[]) =>
  and(
    eq(aggregateVersions.side, "published"),
    eq(aggregateVersions.source, "users"),
    eq(aggregateVersions.topic, "session"),
    inArray(aggregateVersions.aggregateId, sessionIds),
  );

/** The cleanups of users. Failed sign-ins go when they would count from one again; signing keys a day after they retired. */
export const cleanups = (settings: { KEEP_ENDED_SESSIONS_MS: number; SIGN_IN_FORGET_MS: number }): Cleanup[] => [
  { name: "sessions", keepMs: settings.KEEP_ENDED_SESSIONS_MS, run: forgetSessions },
  {
    name: "failed sign-ins",
    keepMs: settings.SIGN_IN_FORGET_MS,
    run: (db, before, limit) => deleteBatch(db, signInFailures, lt(signInFailures.lastAt, before), limit),
  },
  {
    name: "signing keys",
    keepMs: dayMs,
    run: (db, before, limit) => deleteBatch(db, signingKeys, lt(signingKeys.retiresAt, before), limit),
  },
];
