/** Pages of orders as Relay connections, newest first. */
import { z } from "zod";
import { cursorId, cursorInstant, pageOf, type PageArguments } from "../../../kit/graphql/connection.ts";
import { ordersPage, type OrderFilter } from "../db/queries.ts";
import type { Context } from "../deps.ts";

const shape = z.tuple([cursorInstant, cursorId("ord")]);

/** The page of orders that `filter` leaves; `size` of them unless the client says otherwise. Throws BAD_USER_INPUT as `pageOf`. */
export const orderConnection = ({ db }: Context, filter: OrderFilter, page: PageArguments, size = 20) =>
  pageOf(page, {
    name: "orders",
    shape,
    size,
    read: (slice) => ordersPage(db, filter, slice),
    positionOf: ({ createdAt, id }) => [createdAt.getTime(), id],
    edgeOf: (node) => ({ node }),
  });
