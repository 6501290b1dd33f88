import { graphqlError } from "../../../kit/errors.ts";
import { isId } from "../../../kit/id.ts";

/** Largest page. */
const maxFirst = 100;

/** How many to read for a page. Throws BAD_USER_INPUT outside 1 to 100. */
export function pageSize(first: number): number {
  if (Number.isInteger(first) && first >= 1 && first <= maxFirst) return first;
  throw graphqlError("BAD_USER_INPUT", `first must be from 1 to ${maxFirst}.`);
}

/** A place in a list: the value it is ordered by, then the id. */
export type Position = { readonly key: number; readonly id: string };

/** An opaque cursor. */
export const writeCursor = ({ key, id }: Position): string =>
  Buffer.from(JSON.stringify([key, id])).toString("base64url");

/** Reads a cursor of this list; null without one. Throws BAD_USER_INPUT when it is none of ours. */
export function readCursor(prefix: string, cursor: string | null | undefined): Position | null {
  if (cursor == null) return null;
  const [key, id, ...rest] = parse(cursor);
  if (typeof key === "number" && typeof id === "string" && isId(prefix, id) && rest.length === 0) return { key, id };
  throw graphqlError("BAD_USER_INPUT", "after is not a cursor of this list.");
}

function parse(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** PageInfo of the edges shown; `more` tells whether others follow. */
export const pageInfo = (edges: readonly { readonly cursor: string }[], more: boolean, after: Position | null) => ({
  hasNextPage: more,
  hasPreviousPage: after !== null,
  startCursor: edges[0]?.cursor ?? null,
  endCursor: edges.at(-1)?.cursor ?? null,
});
