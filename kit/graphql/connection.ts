/** Relay connections: opaque cursors, and pages read with one row more than asked for. */
import { z } from "zod";
import { graphqlError } from "../errors.ts";
import { isId } from "../id.ts";

/** Largest page. */
const maxFirst = 100;

/** What every connection takes: a page from the start of its list, or after a cursor; or from the end, or before one. */
export type PageArguments = {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
};

/** The rows that a page needs of its list, whose positions are the values that it is ordered by. */
export type Slice<Position> = {
  /** Only rows that come after this one in the list's order; null = from the start. */
  readonly after: Position | null;
  /** Only rows that come before this one; null = to the end. */
  readonly before: Position | null;
  /** Whether the rows nearest to the end are wanted, in reverse order. */
  readonly isBackward: boolean;
  /** At most so many. */
  readonly limit: number;
};

/** The first `limit` rows of a list. */
export const fromStart = (limit: number): Slice<never> => ({ after: null, before: null, isBackward: false, limit });

function checkSize(name: "first" | "last", size: number): number {
  if (Number.isInteger(size) && size >= 1 && size <= maxFirst) return size;
  throw graphqlError("BAD_USER_INPUT", `${name} must be from 1 to ${maxFirst}.`);
}

/** How many to show, and from which end. */
function sizeOf({ first, last }: PageArguments, usual: number): { size: number; isBackward: boolean } {
  if (first != null && last != null)
    throw graphqlError("BAD_USER_INPUT", "first and last must not be given together: a page has one direction.");
  if (last != null) return { size: checkSize("last", last), isBackward: true };
  return { size: checkSize("first", first ?? usual), isBackward: false };
}

/** A part of a cursor: an id of that prefix. */
export const cursorId = (prefix: string) => z.string().refine((value) => isId(prefix, value));

/** A part of a cursor: an instant in epoch milliseconds, from 1970 to 9999, which every database and clock can hold. */
export const cursorInstant = z.int().min(0).max(253_402_300_799_999);

/** The values that a list is ordered by. */
type Values = readonly [string | number, ...(string | number)[]];

/** A list that is shown by pages. */
export type PagedList<Position extends Values, Row, Edge extends object> = {
  /** Stands in its cursors: those of a list of another name are refused. Lists of one name have one order. */
  name: string;
  /** Of the positions in its cursors. */
  shape: z.ZodType<Position>;
  /** Rows of a page when neither `first` nor `last` is given; default 20. */
  size?: number;
  read(slice: Slice<Position>): Promise<readonly Row[]> | readonly Row[];
  positionOf(row: Row): NoInfer<Position>;
  /** What the list says of a row, but its cursor. */
  edgeOf(row: Row): Edge;
};

/** The opaque cursor of a row at `position` of the list of that name. */
export const writeCursor = (name: string, position: Values): string =>
  Buffer.from(JSON.stringify([name, ...position])).toString("base64url");

function readCursor<Position extends Values>(
  { name, shape }: Pick<PagedList<Position, never, never>, "name" | "shape">,
  argument: "after" | "before",
  cursor: string | null | undefined,
): Position | null {
  if (cursor == null) return null;
  const parts = parse(cursor);
  const read = Array.isArray(parts) && parts[0] === name ? shape.safeParse(parts.slice(1)) : null;
  if (read?.success) return read.data;
  throw graphqlError("BAD_USER_INPUT", `${argument} is not a cursor of this list.`);
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return null;
  }
}

/**
 * One page of a list. `hasNextPage` and `hasPreviousPage` are true exactly where the list has rows behind and before the page;
 * the one that the page's own rows do not tell is looked up when it is asked for. Throws BAD_USER_INPUT for cursors of other
 * lists, for `first` or `last` outside 1 to 100, and for both together.
 */
export async function pageOf<Position extends Values, Row, Edge extends object>(
  args: PageArguments,
  list: PagedList<Position, Row, Edge>,
) {
  const { size, isBackward } = sizeOf(args, list.size ?? 20);
  const after = readCursor(list, "after", args.after);
  const before = readCursor(list, "before", args.before);
  const rows = await list.read({ after, before, isBackward, limit: size + 1 });
  const shown = isBackward ? rows.slice(0, size).reverse() : rows.slice(0, size);
  const [first, last] = [shown[0], shown.at(-1)];
  const hasMore = rows.length > size;
  const exists = async (slice: Omit<Slice<Position>, "limit">) => (await list.read({ ...slice, limit: 1 })).length > 0;
  // Where the page is empty, nothing lies between the cursors given: what lies beyond one is beyond both.
  const behind = () => exists({ after: last ? list.positionOf(last) : after, before: null, isBackward: false });
  const ahead = () => exists({ after: null, before: first ? list.positionOf(first) : before, isBackward: true });
  const cursorOf = (row: Row) => writeCursor(list.name, list.positionOf(row));
  return {
    edges: shown.map((row) => ({ ...list.edgeOf(row), cursor: cursorOf(row) })),
    pageInfo: {
      get hasNextPage() {
        return asked(hasMore && !isBackward, before, behind);
      },
      get hasPreviousPage() {
        return asked(hasMore && isBackward, after, ahead);
      },
      startCursor: first ? cursorOf(first) : null,
      endCursor: last ? cursorOf(last) : null,
    },
  };
}

/** Whether there is more on a side: known from the page itself, not where nothing limits it there, else by asking. */
function asked(isKnown: boolean, limit: unknown, ask: () => Promise<boolean>): boolean {
  if (isKnown || limit === null) return isKnown;
  // GraphQL waits for a field's value as well, which the types of a plain object cannot say.
  return ask() as unknown as boolean;
}
