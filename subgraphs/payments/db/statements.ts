/** Statements of what restaurants and couriers are owed, read from the ledger alone. */
import type { Slice } from "../../../kit/graphql/connection.ts";
import { instantAndId, keyset, type InstantPosition, type Keyset } from "../../../kit/graphql/keyset.ts";
import { sql } from "drizzle-orm";
import type { Db } from "../../../kit/database/db.ts";
import { fromUuid } from "../../../kit/id.ts";
import type { AccountKind } from "../domain/accounts.ts";
import { addAmounts, amountsOfPosting, emptyAmounts, type StatementAmounts } from "../domain/statement.ts";

/** Whose statement, over which business days (both inside), in which currency. */
export type StatementScope = {
  owner: string;
  kinds: readonly AccountKind[];
  currency: string;
  from: string;
  to: string;
};

/** A line: all that happened to an order's money in the window, or one fact that is about no order. */
export type StatementLine = { about: string; orderId: string | null; at: Date; amounts: StatementAmounts };

const kindsOf = (kinds: readonly AccountKind[]) => sql`${`{${kinds.join(",")}}`}::text[]`;

/** What was owed before the window and after it, minor units. */
export async function statementBalances(
  db: Db,
  { owner, kinds, currency, from, to }: StatementScope,
): Promise<{ openingMinor: number; closingMinor: number }> {
  const [row] = (await db.execute(sql`
    select
      coalesce(-sum(e.amount_minor) filter (where t.booking_day < ${from}::date), 0) as opening,
      coalesce(-sum(e.amount_minor) filter (where t.booking_day <= ${to}::date), 0) as closing
    from ledger_accounts a
    join ledger_entries e on e.account_id = a.id
    join ledger_transactions t on t.id = e.transaction_id
    where a.owner = ${owner} and a.currency = ${currency} and a.kind = any(${kindsOf(kinds)})`)) as unknown as {
    opening: string;
    closing: string;
  }[];
  return { openingMinor: Number(row?.opening ?? 0), closingMinor: Number(row?.closing ?? 0) };
}

type Read = {
  about: string;
  first_at: string | Date;
  order_id: string | null;
  kind: string;
} & Record<
  "debit" | "credit" | "tips" | "commission_credit" | "commission_debit" | "tax" | "restaurant_discount",
  string
>;

/** The order of a statement's lines: when they began to count, then what they are about. */
const oldestFirst: Keyset<InstantPosition> = {
  columns: [sql`min(at)`, sql`about`],
  order: "rising",
  valuesOf: instantAndId,
};

/** A page of lines, oldest first. */
export async function statementLines(
  db: Db,
  scope: StatementScope,
  slice: Slice<InstantPosition>,
): Promise<StatementLine[]> {
  const { owner, kinds, currency, from, to } = scope;
  const { where, orderBy } = keyset(oldestFirst, slice);
  const rest = where ? sql`having ${where}` : sql``;
  const rows = (await db.execute(sql`
    with own as (
      select e.transaction_id,
        coalesce(sum(e.amount_minor) filter (where e.amount_minor > 0 and a.kind <> 'tips_held'), 0) as debit,
        coalesce(-sum(e.amount_minor) filter (where e.amount_minor < 0 and a.kind <> 'tips_held'), 0) as credit,
        coalesce(-sum(e.amount_minor) filter (where a.kind = 'tips_held'), 0) as tips
      from ledger_accounts a join ledger_entries e on e.account_id = a.id
      where a.owner = ${owner} and a.currency = ${currency} and a.kind = any(${kindsOf(kinds)})
      group by e.transaction_id
    ), mine as (
      select t.id, t.kind, t.order_id, t.at, coalesce(t.order_id, t.id) as about, own.debit, own.credit, own.tips
      from own join ledger_transactions t on t.id = own.transaction_id
      where t.booking_day between ${from}::date and ${to}::date
    ), page as (
      select about, min(at) as first_at from mine group by about ${rest} order by ${sql.join(orderBy, sql`, `)} limit ${slice.limit}
    )
    select page.about, page.first_at, mine.order_id, mine.kind, mine.debit, mine.credit, mine.tips,
      beside.commission_credit, beside.commission_debit, beside.tax,
      coalesce((p.amounts->>'discountByRestaurantMinor')::bigint, 0) as restaurant_discount
    from page join mine using (about)
    left join payments p on p.order_id = mine.order_id
    cross join lateral (
      select
        coalesce(-sum(e.amount_minor) filter (where a.kind = 'commission' and e.amount_minor < 0), 0) as commission_credit,
        coalesce(sum(e.amount_minor) filter (where a.kind = 'commission' and e.amount_minor > 0), 0) as commission_debit,
        coalesce(-sum(e.amount_minor) filter (where a.kind = 'tax_payable'), 0) as tax
      from ledger_entries e join ledger_accounts a on a.id = e.account_id where e.transaction_id = mine.id
    ) beside
    order by page.first_at, page.about, mine.at, mine.id`)) as unknown as Read[];
  const lines = [...Map.groupBy(rows, (row) => row.about).values()].map((group) => lineOf(group, scope));
  return slice.isBackward ? lines.reverse() : lines;
}

function lineOf(group: readonly Read[], { kinds }: StatementScope): StatementLine {
  const { about, first_at: at, order_id: orderId } = group[0]!;
  // Commission and tax are the restaurant's affair; a courier's share of an order has neither.
  const sells = kinds.includes("restaurant_payable");
  const amounts = group
    .map((row) =>
      amountsOfPosting({
        kind: row.kind,
        debitMinor: Number(row.debit),
        creditMinor: Number(row.credit),
        tipsMinor: Number(row.tips),
        commissionCreditMinor: sells ? Number(row.commission_credit) : 0,
        commissionDebitMinor: sells ? Number(row.commission_debit) : 0,
        taxMinor: sells ? Number(row.tax) : 0,
        restaurantDiscountMinor: sells ? Number(row.restaurant_discount) : 0,
      }),
    )
    .reduce(addAmounts, emptyAmounts);
  const named = orderId === null ? fromUuid("ltx", about) : fromUuid("ord", about);
  return { about: named, orderId: orderId === null ? null : named, at: new Date(at), amounts };
}
