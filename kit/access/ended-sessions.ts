/** Which sessions have ended lately: kept in memory, followed by asking for news, so that each request costs one look in a set. */
import { sql } from "drizzle-orm";
import type { Db } from "../database/db.ts";
import type { Log } from "../server/log.ts";
import { startLoop, type Loop } from "../server/loop.ts";
import { revokedSessions } from "../database/tables.ts";

/** Sessions that have ended: all that are remembered, or those since `after`. `cursor` is where the next question begins. */
export type EndedPage = { sessionIds: string[]; cursor: string };

/** Reads a page; without `after` all. */
export type ReadEnded = (after: string | null, signal: AbortSignal) => Promise<EndedPage>;

/** Most sessions in a page, the latest ones. */
const mostEnded = 200_000;

/** How often everything is read anew, milliseconds: what has been forgotten goes, and a database that was put back misses nothing. */
const wholeEveryMs = 60_000;

/**
 * Ended sessions of this database. The cursor is a transaction's id, not a time: rows of the transactions that were under way
 * then come again, so none is missed whatever the clocks say and in whatever order they commit.
 */
export async function readEnded(db: Db, after: string | null): Promise<EndedPage> {
  const news = sql`where age(${revokedSessions}.xmin) <= age(${after}::text::xid8::xid)`;
  const [page] = await db.execute<{ cursor: string; ids: string[] }>(sql`
    select pg_snapshot_xmin(pg_current_snapshot())::text as cursor, coalesce((
      select json_agg(session_id) from (
        select session_id from ${revokedSessions} ${after === null ? sql`` : news}
        order by revoked_at desc limit ${mostEnded}) latest), '[]'::json) as ids`);
  return { sessionIds: page?.ids ?? [], cursor: page?.cursor ?? "0" };
}

/** Whether `text` can be the cursor of a page. */
export const isEndedCursor = (text: string): boolean => /^\d{1,19}$/.test(text);

export type EndedSessions = {
  /** Whether the session is known to have ended. */
  has(sessionId: string): boolean;
  /** Whether anything was read yet. */
  isLoaded(): boolean;
  /** Reads what is new; rejects where `read` does, and keeps what is known. */
  learn(signal?: AbortSignal): Promise<void>;
};

/** An empty memory of ended sessions that learns by `read`. */
export function createEndedSessions(read: ReadEnded): EndedSessions {
  let ended = new Set<string>();
  let cursor: string | null = null;
  let wholeAt = -Infinity;
  return {
    has: (sessionId) => ended.has(sessionId),
    isLoaded: () => cursor !== null,
    async learn(signal = new AbortController().signal) {
      const now = performance.now();
      const isWhole = cursor === null || now - wholeAt >= wholeEveryMs;
      const page = await read(isWhole ? null : cursor, signal);
      cursor = page.cursor;
      if (!isWhole) return page.sessionIds.forEach((sessionId) => ended.add(sessionId));
      ended = new Set(page.sessionIds);
      wholeAt = now;
    },
  };
}

/** Learns every `everyMs` milliseconds until stopped. While that fails, what is known goes on counting. */
export const followEndedSessions = (sessions: EndedSessions, log: Log, everyMs: number): Pick<Loop, "stop"> =>
  startLoop("ended sessions", log, async (signal) => {
    await sessions.learn(signal);
    return everyMs;
  });
