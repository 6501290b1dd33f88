/** Ended sessions: their access tokens go on until they expire, so every subgraph refuses what is asked on their behalf. */
import { eq, sql } from "drizzle-orm";
import { defaultFieldResolver, type GraphQLSchema } from "graphql";
import type { Cleanup } from "../database/cleanup.ts";
import type { Db, Tx } from "../database/db.ts";
import { graphqlError } from "../errors.ts";
import { type Catalogue, type Event, topicOf } from "../events/event.ts";
import type { Consumption } from "../events/event-flow.ts";
import type { Caller } from "./identity.ts";
import type { HandlerContext } from "../events/inbox.ts";
import { sessionMutations } from "./session-mutations.ts";
import { aggregateVersions, revokedSessions } from "../database/tables.ts";

const endedEvent = "session.revoked.v1";

type Ended = Event<typeof endedEvent, { readonly sessionId: string }>;

/** What a mutation's context must hold for `refuseEndedSessions`. */
type Asking = { readonly caller: Caller; readonly db: Db };

/** Notes that sessions have ended, from the commit on; once is enough, again changes nothing. `now` by this subgraph's clock. */
export async function noteEnded(tx: Tx, sessionIds: readonly string[], now: Date): Promise<void> {
  if (sessionIds.length === 0) return;
  const rows = sessionIds.map((sessionId) => ({ sessionId, revokedAt: now }));
  await tx.insert(revokedSessions).values(rows).onConflictDoNothing();
}

/** `consumes` with the topic of sessions added, whose ends are noted before the subgraph's own handler sees them. */
export function followSessions<Deps>(consumes?: Consumption<Deps>): Consumption<Deps> {
  const own = consumes?.handlers[endedEvent];
  const note = async (tx: Tx, event: Ended, context: Deps & HandlerContext) => {
    await noteEnded(tx, [event.data.sessionId], context.now);
    await own?.(tx, event as never, context);
  };
  return {
    topics: [...new Set([...(consumes?.topics ?? []), topicOf(endedEvent)])],
    handlers: { ...consumes?.handlers, [endedEvent]: note },
  };
}

/** Whether the session is known to have ended: one look-up by primary key. */
export async function sessionEnded(db: Db, sessionId: string): Promise<boolean> {
  const mine = eq(revokedSessions.sessionId, sessionId);
  const rows = await db
    .select({ one: sql`1` })
    .from(revokedSessions)
    .where(mine);
  return rows.length > 0;
}

const hasEnded = () => graphqlError("UNAUTHENTICATED", "This session has ended: sign in again.");

/** Wraps the queries of `schema`, entities among them; the SDL itself holds nothing of anyone. */
function refuseQueries(schema: GraphQLSchema, isKnown: (sessionId: string) => boolean): void {
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    if (field.name === "_service") continue;
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = (source, args, context: Asking, info) => {
      if (context.caller.kind === "user" && isKnown(context.caller.sessionId)) throw hasEnded();
      return resolve(source, args, context, info);
    };
  }
}

/**
 * Wraps the root fields of `schema` in place: on behalf of a session that has ended each throws UNAUTHENTICATED before
 * anything of it runs, but those of `sessionMutations`. Mutations look once per operation, in the database; queries in what `isKnown` tells from memory.
 * Anonymous callers and services are not looked up.
 */
export function refuseEndedSessions(
  schema: GraphQLSchema,
  isKnown: (sessionId: string) => boolean,
  ended = sessionEnded,
): GraphQLSchema {
  refuseQueries(schema, isKnown);
  const looks = new WeakMap<Asking, Promise<boolean>>();
  const refuse = async (context: Asking, sessionId: string) => {
    const look = looks.get(context) ?? ended(context.db, sessionId);
    looks.set(context, look);
    if (await look) throw hasEnded();
  };
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    if (sessionMutations.has(field.name)) continue;
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = async (source, args, context: Asking, info) => {
      if (context.caller.kind === "user") await refuse(context, context.caller.sessionId);
      return resolve(source, args, context, info);
    };
  }
  return schema;
}

/**
 * Forgets ended sessions whose tokens have expired by then, and the versions of their events: each session ends once,
 * so a late repetition only notes it again for a while.
 */
export const forgetEndedSessions = (catalogue: Catalogue, keepMs: number): Cleanup => ({
  name: "ended sessions",
  keepMs,
  run: async (db, before, limit) => {
    const stream = { source: catalogue[endedEvent]?.source ?? "", topic: topicOf(endedEvent) };
    const gone = await db.execute<{ sessionId: string }>(sql`
      with gone as (
        delete from ${revokedSessions} where ctid = any(array(
          select ctid from ${revokedSessions} where ${revokedSessions.revokedAt} < ${before.toISOString()}::timestamptz
          limit ${limit} for update skip locked))
        returning session_id),
      versions as (
        delete from ${aggregateVersions} using gone
        where side = 'consumed' and source = ${stream.source} and topic = ${stream.topic} and aggregate_id = gone.session_id)
      select session_id from gone`);
    return gone.length;
  },
});
