/** Relay connections: opaque cursors, and pages read with one row more than asked for. */
import { z } from "zod";
import { graphqlError } from "./errors.ts";
import { isId } from "./id.ts";

/** Largest page. */
const maxFirst = 100;

/** How many to show: `first`, 20 when null. Throws BAD_USER_INPUT outside 1 to 100. */
export function pageSize(first: number | null | undefined): number {
  const size = first ?? 20;
  if (Number.isInteger(size) && size >= 1 && size <= maxFirst) return size;
  throw graphqlError("BAD_USER_INPUT", `first must be from 1 to ${maxFirst}.`);
}

/** A part of a cursor: an id of that prefix. */
export const cursorId = (prefix: string) => z.string().refine((value) => isId(prefix, value));

/** A part of a cursor: an instant in epoch milliseconds, from 1970 to 9999, which every database and clock can hold. */
export const cursorInstant = z.int().min(0).max(253_402_300_799_999);

/** An opaque cursor made of the values that a list is ordered by. */
export const writeCursor = (...parts: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(parts)).toString("base64url");

/** The parts of a cursor, which must fit `shape`; null without one. Throws BAD_USER_INPUT when it is not of this list. */
export function readCursor<T extends readonly unknown[]>(
  shape: z.ZodType<T>,
  cursor: string | null | undefined,
): T | null {
  if (cursor == null) return null;
  const read = shape.safeParse(parse(cursor));
  if (read.success) return read.data;
  throw graphqlError("BAD_USER_INPUT", "after is not a cursor of this list.");
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return null;
  }
}

/** An edge with its cursor, and whatever else the list says of the node. */
type Edge = { readonly cursor: string };

/**
 * A connection of the first `size` of `rows`, of which one more was read if there was one.
 * `isContinued` tells whether the client came from an earlier page.
 */
export function connectionOf<Row, E extends Edge>(
  rows: readonly Row[],
  size: number,
  isContinued: boolean,
  edgeOf: (row: Row) => E,
) {
  const edges = rows.slice(0, size).map(edgeOf);
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > size,
      hasPreviousPage: isContinued,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
