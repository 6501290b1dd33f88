/** Pages of orders as Relay connections, newest first. */
import { graphqlError } from "../../../kit/errors.ts";
import { isId } from "../../../kit/id.ts";
import { ordersPage, type OrderCursor, type OrderFilter } from "../db/queries.ts";
import type { OrderRow } from "../db/tables.ts";
import type { Context } from "../deps.ts";

type PageArguments = { first?: number | null; after?: string | null };

const encode = (order: OrderRow): string =>
  Buffer.from(`${order.createdAt.getTime()}:${order.id}`).toString("base64url");

function decode(cursor: string): OrderCursor {
  const [time = "", id = ""] = Buffer.from(cursor, "base64url").toString().split(":");
  // 13 digits reach the year 2286; Postgres reads no year beyond 9999 in this form.
  if (!/^\d{1,13}$/.test(time) || !isId("ord", id))
    throw graphqlError("BAD_USER_INPUT", "That is not a cursor of this list.");
  return { createdAt: new Date(Number(time)), id };
}

/** The page of orders that `filter` leaves. Throws BAD_USER_INPUT for a bad cursor or `first` outside 1 to 100. */
export async function orderConnection(context: Context, filter: OrderFilter, { first, after }: PageArguments) {
  const limit = first ?? 20;
  if (limit < 1 || limit > 100) throw graphqlError("BAD_USER_INPUT", "first lies between 1 and 100.");
  const rows = await ordersPage(context.db, filter, limit + 1, after == null ? undefined : decode(after));
  const edges = rows.slice(0, limit).map((node) => ({ cursor: encode(node), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > limit,
      hasPreviousPage: after != null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
