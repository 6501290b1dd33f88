/** Pages of orders as Relay connections, newest first. */
import { z } from "zod";
import { connectionOf, cursorId, cursorInstant, pageSize, readCursor, writeCursor } from "../../../kit/connection.ts";
import { ordersPage, type OrderFilter } from "../db/queries.ts";
import type { Context } from "../deps.ts";

type PageArguments = { first?: number | null; after?: string | null };

const orderCursor = z.tuple([cursorInstant, cursorId("ord")]);

/** The page of orders that `filter` leaves. Throws BAD_USER_INPUT for a bad cursor or `first` outside 1 to 100. */
export async function orderConnection(context: Context, filter: OrderFilter, { first, after }: PageArguments) {
  const size = pageSize(first);
  const from = readCursor(orderCursor, after);
  const position = from === null ? undefined : { createdAt: new Date(from[0]), id: from[1] };
  const rows = await ordersPage(context.db, filter, size + 1, position);
  return connectionOf(rows, size, from !== null, (node) => ({
    cursor: writeCursor(node.createdAt.getTime(), node.id),
    node,
  }));
}
