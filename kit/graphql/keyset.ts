/** Pages of rows by the columns that they are ordered by, forwards and backwards. */
import { and, asc, desc, sql, type AnyColumn, type SQL } from "drizzle-orm";
import type { Slice } from "./connection.ts";
import { falling } from "../database/db.ts";
import { toUuid } from "../id.ts";

/** A position in a list that is ordered by an instant and an id: epoch milliseconds, and the id. */
export type InstantPosition = readonly [at: number, id: string];

/** The order of a list. */
export type Keyset<Position> = {
  /** What decides, the first most; together they are unique and never null. */
  columns: readonly (AnyColumn | SQL)[];
  /** `falling` as an index declares it in drizzle (nulls last), `descending` as SQL has it (nulls first): reads follow the index. */
  order: "rising" | "falling" | "descending";
  /** The position as one value for each column, in brackets. */
  valuesOf(position: Position): SQL;
};

/** The values of a position of instant and id. */
export const instantAndId = ([at, id]: InstantPosition): SQL =>
  sql`(${new Date(at).toISOString()}::timestamptz, ${toUuid(id)}::uuid)`;

const ways = {
  rising: { forward: asc, backward: desc },
  falling: { forward: falling as typeof asc, backward: (column: AnyColumn | SQL) => sql`${column} asc nulls first` },
  descending: { forward: desc, backward: asc },
} as const;

/** The condition and the order that read `slice` of the list. */
export function keyset<Position>(
  { columns, order, valuesOf }: Keyset<Position>,
  { after, before, isBackward }: Slice<Position>,
): { where: SQL | undefined; orderBy: SQL[] } {
  const row = sql`(${sql.join([...columns], sql`, `)})`;
  const isRising = order === "rising";
  const later = after === null ? undefined : sql`${row} ${sql.raw(isRising ? ">" : "<")} ${valuesOf(after)}`;
  const earlier = before === null ? undefined : sql`${row} ${sql.raw(isRising ? "<" : ">")} ${valuesOf(before)}`;
  const way = ways[order][isBackward ? "backward" : "forward"];
  return { where: and(later, earlier), orderBy: columns.map((column) => way(column as AnyColumn)) };
}
