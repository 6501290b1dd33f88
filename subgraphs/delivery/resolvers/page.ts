/** Pages of connections. */
import { graphqlError } from "../../../kit/errors.ts";

/** `first` if it lies within 1 and 100; else throws BAD_USER_INPUT. */
export function pageSize(first: number): number {
  if (first < 1 || first > 100) throw graphqlError("BAD_USER_INPUT", "first must be 1 to 100.");
  return first;
}

/** An opaque cursor made of parts. */
export const cursorOf = (...parts: string[]): string => Buffer.from(JSON.stringify(parts)).toString("base64url");

/** The parts of a cursor. Throws BAD_USER_INPUT when it was not made by `cursorOf`. */
export function readCursor(cursor: string): string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Array.isArray(parts) && parts.every((part) => typeof part === "string")) return parts;
  } catch {
    // Falls through to the same refusal.
  }
  throw graphqlError("BAD_USER_INPUT", "after is not a cursor of this list.");
}

/** A connection from up to `first` + 1 rows. */
export function connectionOf<Row>(
  rows: readonly Row[],
  first: number,
  hasPrevious: boolean,
  cursor: (row: Row) => string,
) {
  const edges = rows.slice(0, first).map((node) => ({ node, cursor: cursor(node) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: hasPrevious,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
