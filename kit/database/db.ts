import { sql as fragment, type AnyColumn, type SQL } from "drizzle-orm";
import { customType, timestamp } from "drizzle-orm/pg-core";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { createCanceller } from "./cancel.ts";
import { connectWatched } from "./deadline.ts";
import { statementsWorthPreparing } from "./prepare.ts";
import { withDeadline } from "./transaction.ts";
import { fromUuid, toUuid } from "../id.ts";

/** A drizzle database over one subgraph's pool. */
export type Db = PostgresJsDatabase;

/** The handle that `db.transaction(async (tx) => …)` passes. */
export type Tx = Parameters<Parameters<Db["transaction"]>[0]>[0];

/** Whatever runs queries: the pool, or an open transaction. */
export type Executor = Db | Tx;

/** How to reach one database. */
export type DatabaseOptions = {
  /** `postgres://role:password@host:port/database`. */
  url: string;
  /** Connections in the pool; default 10. */
  max?: number;
  /** Named prepared statements, drizzle's included; default true. False for PgBouncer in transaction mode before 1.21, which then must set `statement_timeout` on the role itself. */
  prepare?: boolean;
  /** The server ends a statement after so long, and the client gives up half a second later, in the queue for a connection too; default 5 000, 0 = never. */
  statementTimeoutMs?: number;
};

/** An open pool, under drizzle and raw. */
export type Database = { db: Db; sql: postgres.Sql; close(): Promise<void> };

/**
 * Opens a pool; nothing connects until the first query, and a server that is away refuses it at once instead of hanging.
 * Every query and transaction ends in bounded time: `QueryTimeoutError` when the server does not answer, outcome unknown. A query
 * for a request whose work has ended rejects with WorkEnded, and is cancelled on the server.
 */
export function openDatabase({ url, max = 10, prepare = true, statementTimeoutMs = 5_000 }: DatabaseOptions): Database {
  const limited = statementTimeoutMs > 0;
  const longestTimer = 2 ** 31 - 1;
  const deadlineMs = limited ? statementTimeoutMs + 500 : longestTimer;
  const bare = postgres(url, {
    max,
    prepare,
    connect_timeout: 3,
    backoff: (attempt) => Math.min(0.05 * 2 ** attempt, 0.5),
    onnotice: () => {},
    // The driver would look array types up on every new connection, and end the process when that one is lost meanwhile.
    // drizzle reads and writes array columns itself; in raw SQL an array goes in as text with a cast, and comes out as JSON.
    fetch_types: false,
    connection: prepare && limited ? { statement_timeout: statementTimeoutMs } : {},
    ...(limited ? { socket: connectWatched(deadlineMs) } : {}),
  });
  const canceller = createCanceller(url);
  const terms = { deadlineMs, cancel: canceller.cancel };
  const sql = withDeadline(bare, terms, prepare ? statementsWorthPreparing() : undefined);
  const db = drizzle(sql);
  restoreDates(bare);
  return { db, sql, close: async () => void (await Promise.all([bare.end({ timeout: 2 }), canceller.close()])) };
}

/** drizzle turns the driver's own conversions off for the whole client; raw queries on it want theirs back, and drizzle copes with both. */
function restoreDates({ options }: postgres.Sql): void {
  const timestamptz = 1184;
  options.parsers[timestamptz] = (text: string) => new Date(text);
  options.serializers[timestamptz] = (value: unknown) => (value instanceof Date ? value.toISOString() : value);
  for (const json of [114, 3802]) {
    options.serializers[json] = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  }
}

/**
 * A column stored as a native uuid and read and written as a TypeID: `id("ord")("id").primaryKey()`.
 * Writing a malformed id throws a TypeError: check client input with `isId` first.
 */
export const id = (prefix: string) =>
  customType<{ data: string; driverData: string }>({
    dataType: () => "uuid",
    toDriver: toUuid,
    fromDriver: (uuid) => fromUuid(prefix, uuid),
  });

/** The ids as native uuids; malformed ids are left out, since they match nothing. */
export const uuidsOf = (ids: readonly string[]): string[] =>
  ids.flatMap((each) => {
    try {
      return [toUuid(each)];
    } catch {
      return [];
    }
  });

/** One array parameter for ``sql`${table.id} = any(${uuids(ids)})` ``; malformed ids are left out. */
export const uuids = (ids: readonly string[]): SQL => fragment`${`{${uuidsOf(ids).join(",")}}`}::uuid[]`;

/** The condition that `column` is one of `words`, spelled out for a CHECK; throws RangeError for words that would need quoting. */
export function oneOf(column: AnyColumn, words: readonly string[]): SQL {
  if (words.length === 0 || words.some((word) => !/^\w+$/.test(word))) throw new RangeError("plain words only");
  return fragment`${column} in (${fragment.raw(words.map((word) => `'${word}'`).join(", "))})`;
}

/** A `timestamptz` column of millisecond precision, a `Date` in code. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/** Falling order as drizzle declares it in an index (`column.desc()`): Postgres's own puts nulls first, and could not read such an index in order. */
export const falling = (column: AnyColumn): SQL => fragment`${column} desc nulls last`;
