/** Statements of restaurants and couriers. */
import { z } from "zod";
import { pageOf, cursorInstant } from "../../../kit/graphql/connection.ts";
import { graphqlError } from "../../../kit/errors.ts";
import { isId } from "../../../kit/id.ts";
import { isTraded } from "../../../kit/money.ts";
import type { AccountKind } from "../domain/accounts.ts";
import { daysBetween } from "../domain/business-day.ts";
import type { StatementAmounts } from "../domain/statement.ts";
import { statementBalances, statementLines, type StatementLine, type StatementScope } from "../db/statements.ts";
import type { Context } from "../deps.ts";
import type { ResolversTypes, StatementLineResolvers, StatementResolvers } from "../generated/resolvers.ts";

/** A statement whose lines are still to be read. */
export type StatementView = StatementScope & { openingMinor: number; closingMinor: number };

/** A line with its statement's currency. */
export type StatementLineView = StatementLine & { currency: string };

type Window = { from: string; to: string; currency: string };

/** Longest window, days. */
const longest = 366;

/** The statement of an owner; ask first whether the caller may see it. Throws BAD_USER_INPUT for a window of no day or more than 366, and for a currency that is not traded in. */
export async function statementOf(
  { db }: Context,
  owner: string,
  kinds: readonly AccountKind[],
  { from, to, currency }: Window,
): Promise<StatementView> {
  const days = daysBetween(from, to) + 1;
  if (days < 1 || days > longest) throw graphqlError("BAD_USER_INPUT", `A statement is of 1 to ${longest} days.`);
  if (!isTraded(currency)) throw graphqlError("BAD_USER_INPUT", `${currency} is no currency that is traded in.`);
  const scope = { owner, kinds, currency, from, to };
  return { ...scope, ...(await statementBalances(db, scope)) };
}

const cursorShape = z.tuple([cursorInstant, z.string().refine((value) => isId("ord", value) || isId("ltx", value))]);

export const Statement: StatementResolvers = {
  opening: ({ openingMinor, currency }) => ({ amount: openingMinor, currency }),
  closing: ({ closingMinor, currency }) => ({ amount: closingMinor, currency }),
  lines: (statement, page, { db }) =>
    pageOf(page, {
      name: "statement",
      shape: cursorShape,
      size: 50,
      read: (slice) => statementLines(db, statement, slice),
      positionOf: ({ at, about }) => [at.getTime(), about],
      edgeOf: (line) => ({ node: { ...line, currency: statement.currency } }),
    }),
};

const money =
  (part: keyof StatementAmounts) =>
  ({ amounts, currency }: StatementLineView): ResolversTypes["Money"] => ({ amount: amounts[part], currency });

export const StatementLineFields: StatementLineResolvers = {
  order: ({ orderId }) => (orderId === null ? null : { id: orderId }),
  gross: money("grossMinor"),
  tips: money("tipsMinor"),
  commission: money("commissionMinor"),
  tax: money("taxMinor"),
  promoShare: money("promoShareMinor"),
  refunds: money("refundsMinor"),
  payouts: money("payoutsMinor"),
  other: money("otherMinor"),
  net: money("netMinor"),
};
