/** Pages of promotions as Relay connections, newest first. */
import { z } from "zod";
import { connectionOf, cursorId, cursorInstant, pageSize, readCursor, writeCursor } from "../../../kit/connection.ts";
import { promotionsPage } from "../db/promotions.ts";
import type { Context } from "../deps.ts";
import { promotionOf } from "./promotion.ts";

const promotionCursor = z.tuple([cursorInstant, cursorId("prm")]);

/** A page for somebody who may see all of it. Throws BAD_USER_INPUT for a bad cursor or `first` outside 1 to 100. */
export async function promotionConnection(
  context: Context,
  filter: { restaurantId?: string },
  { first, after }: { first?: number | null; after?: string | null },
) {
  const size = pageSize(first);
  const from = readCursor(promotionCursor, after);
  const position = from === null ? undefined : { createdAt: new Date(from[0]), id: from[1] };
  const rows = await promotionsPage(context.db, filter, size + 1, position);
  return connectionOf(rows, size, from !== null, (row) => ({
    cursor: writeCursor(row.createdAt.getTime(), row.id),
    node: promotionOf(row, true),
  }));
}
