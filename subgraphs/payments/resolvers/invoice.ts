/** Invoices and credit notes: fields that are not columns, and a restaurant's pages of them. */
import { z } from "zod";
import { cursorId, cursorInstant, pageOf } from "../../../kit/graphql/connection.ts";
import { defineLoader } from "../../../kit/graphql/loaders.ts";
import { invoicesById, invoicesPage } from "../db/invoice-queries.ts";
import type { InvoiceRow } from "../db/invoice-tables.ts";
import type { Context } from "../deps.ts";
import type { InvoiceResolvers, QueryResolvers, RestaurantResolvers } from "../generated/resolvers.ts";
import { maySeePayouts } from "./payout-access.ts";

const invoiceById = defineLoader((context: Context, ids: readonly string[]) => invoicesById(context.db, ids));

async function visibleInvoice(context: Context, id: string): Promise<InvoiceRow | null> {
  const invoice = await invoiceById(context).load(id);
  const payee = invoice && ({ ownerKind: "RESTAURANT", owner: invoice.restaurantId } as const);
  return payee && (await maySeePayouts(context, payee)) ? invoice : null;
}

const money = ({ currency }: InvoiceRow, amount: number) => ({ amount, currency });

export const Invoice: InvoiceResolvers = {
  __resolveReference: ({ id }, context) => visibleInvoice(context, id),
  restaurant: ({ restaurantId }) => ({ id: restaurantId }),
  lines: (invoice) =>
    (
      [
        ["COMMISSION", invoice.orders, invoice.commissionMinor],
        ["PAYOUT_FEES", invoice.payouts, invoice.payoutFeesMinor],
        ["CORRECTIONS", invoice.corrections, invoice.correctionsMinor],
      ] as const
    )
      .filter(([, , amount]) => amount > 0)
      .map(([kind, count, amount]) => ({ kind, count, amount: money(invoice, amount) })),
  net: (invoice) => money(invoice, invoice.totalMinor - invoice.taxMinor),
  tax: (invoice) => money(invoice, invoice.taxMinor),
  total: (invoice) => money(invoice, invoice.totalMinor),
  incomeTax: (invoice) => money(invoice, invoice.incomeTaxMinor),
  corrects: async ({ corrects }, _, context) =>
    (await Promise.all(corrects.map((id) => visibleInvoice(context, id)))).filter((invoice) => invoice !== null),
};

/** An invoice for the restaurant's owners and support; null for others. */
export const invoice: NonNullable<QueryResolvers["invoice"]> = (_, { id }, context) => visibleInvoice(context, id);

const cursorShape = z.tuple([cursorInstant, cursorId("inv")]);

/** A restaurant's invoices and credit notes, newest first; null for those who may not see them. */
export const invoicesOfRestaurant: NonNullable<RestaurantResolvers["invoices"]> = async ({ id }, page, context) => {
  if (!(await maySeePayouts(context, { ownerKind: "RESTAURANT", owner: id }))) return null;
  return pageOf(page, {
    name: "invoices",
    shape: cursorShape,
    read: (slice) => invoicesPage(context.db, id, slice),
    positionOf: ({ issuedAt, id: invoiceId }) => [issuedAt.getTime(), invoiceId],
    edgeOf: (node) => ({ node }),
  });
};
