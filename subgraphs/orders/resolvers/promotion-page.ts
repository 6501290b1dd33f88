/** Pages of promotions as Relay connections, newest first. */
import { z } from "zod";
import { cursorId, cursorInstant, pageOf, type PageArguments } from "../../../kit/graphql/connection.ts";
import { promotionsPage } from "../db/promotions.ts";
import type { Context } from "../deps.ts";
import { promotionOf } from "./promotion.ts";

const shape = z.tuple([cursorInstant, cursorId("prm")]);

/** A page for somebody who may see all of it. Throws BAD_USER_INPUT as `pageOf`. */
export const promotionConnection = ({ db }: Context, filter: { restaurantId?: string }, page: PageArguments) =>
  pageOf(page, {
    name: "promotions",
    shape,
    read: (slice) => promotionsPage(db, filter, slice),
    positionOf: ({ createdAt, id }) => [createdAt.getTime(), id],
    edgeOf: (row) => ({ node: promotionOf(row, true) }),
  });
