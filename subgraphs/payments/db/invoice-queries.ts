/** Reads about invoices for the resolvers. */
import { and, eq, sql } from "drizzle-orm";
import type { Slice } from "../../../kit/graphql/connection.ts";
import { uuids, type Db } from "../../../kit/database/db.ts";
import { instantAndId, keyset, type InstantPosition, type Keyset } from "../../../kit/graphql/keyset.ts";
import { invoices, type InvoiceRow } from "./invoice-tables.ts";

/** Invoices by id. */
export async function invoicesById(db: Db, ids: readonly string[]): Promise<Map<string, InvoiceRow>> {
  const rows = await db
    .select()
    .from(invoices)
    .where(sql`${invoices.id} = any(${uuids(ids)})`);
  return new Map(rows.map((row) => [row.id, row]));
}

const newestFirst: Keyset<InstantPosition> = {
  columns: [invoices.issuedAt, invoices.id],
  order: "descending",
  valuesOf: instantAndId,
};

/** A page of a restaurant's invoices and credit notes, newest first. */
export function invoicesPage(db: Db, restaurantId: string, slice: Slice<InstantPosition>): Promise<InvoiceRow[]> {
  const { where, orderBy } = keyset(newestFirst, slice);
  return db
    .select()
    .from(invoices)
    .where(and(eq(invoices.restaurantId, restaurantId), where))
    .orderBy(...orderBy)
    .limit(slice.limit);
}
