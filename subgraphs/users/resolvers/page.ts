/** Relay connections: cursors that clients cannot read meaning into, and pages with one row more than asked for. */
import { graphqlError } from "../../../kit/errors.ts";

/** Checks `first`, 1 to 100. */
export function pageSize(first: number): number {
  if (first < 1 || first > 100) throw graphqlError("BAD_USER_INPUT", "first lies between 1 and 100.");
  return first;
}

/** Text of an opaque cursor. */
export const encodeCursor = (text: string): string => Buffer.from(text).toString("base64url");

/** The text inside a cursor, or null without one. */
export const decodeCursor = (cursor: string | null | undefined): string | null =>
  cursor === null || cursor === undefined ? null : Buffer.from(cursor, "base64url").toString();

/** A page of `first` out of rows of which one more was read; `after` is the cursor that was asked from. */
export function page<Row, Node>(
  rows: readonly Row[],
  options: { first: number; after: string | null | undefined; cursorOf(row: Row): string; nodeOf(row: Row): Node },
) {
  const edges = rows
    .slice(0, options.first)
    .map((row) => ({ cursor: encodeCursor(options.cursorOf(row)), node: options.nodeOf(row) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > options.first,
      hasPreviousPage: options.after !== null && options.after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
