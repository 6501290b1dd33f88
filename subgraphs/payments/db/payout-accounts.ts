/** Changes to payout accounts, and what the ledger says is owed to them. */
import { and, eq, gt, inArray, or, sql } from "drizzle-orm";
import { uuids, type Db, type Tx } from "../../../kit/database/db.ts";
import { isId, newId } from "../../../kit/id.ts";
import type { AccountKind } from "../domain/accounts.ts";
import type { Owed } from "../domain/payout-amount.ts";
import { commercialTerms, ledgerAccounts, ledgerBalances, orderEarnings, payoutAccounts } from "./tables.ts";
import type { PayoutAccountRow } from "./payout-tables.ts";

/** Name of the timer that opens an account at the provider, or asks how it stands; its key is the account's id. */
export const payoutAccountTimer = "payout-account.look";

/** Somebody who earns. */
export type Payee = { ownerKind: PayoutAccountRow["ownerKind"]; owner: string; currency: string };

/** Opens an account for each of them that has none in the currency; answers the ids of the new ones. */
export async function insertPayoutAccounts(tx: Tx, payees: readonly Payee[], now: Date): Promise<string[]> {
  if (payees.length === 0) return [];
  const rows = payees.map((payee) => {
    const id = newId("pac");
    return { ...payee, id, idempotencyKey: id, createdAt: now };
  });
  const made = await tx
    .insert(payoutAccounts)
    .values(rows)
    .onConflictDoNothing({ target: [payoutAccounts.owner, payoutAccounts.currency] })
    .returning({ id: payoutAccounts.id });
  return made.map(({ id }) => id);
}

/** The account; null when there is none. */
export async function payoutAccount(db: Db | Tx, accountId: string): Promise<PayoutAccountRow | null> {
  const [row] = await db.select().from(payoutAccounts).where(eq(payoutAccounts.id, accountId));
  return row ?? null;
}

/** The account, locked until commit, so that its payouts begin one after the other; null when there is none. */
export async function lockPayoutAccount(tx: Tx, accountId: string): Promise<PayoutAccountRow | null> {
  if (!isId("pac", accountId)) return null;
  const [row] = await tx.select().from(payoutAccounts).where(eq(payoutAccounts.id, accountId)).for("update");
  return row ?? null;
}

/** The account behind the provider's name of it; null when there is none. */
export async function payoutAccountAtProvider(tx: Tx, providerAccountId: string): Promise<PayoutAccountRow | null> {
  const mine = eq(payoutAccounts.providerAccountId, providerAccountId);
  const [row] = await tx.select().from(payoutAccounts).where(mine);
  return row ?? null;
}

/** Changes an account. */
export async function patchPayoutAccount(
  tx: Db | Tx,
  accountId: string,
  patch: Partial<typeof payoutAccounts.$inferInsert>,
): Promise<PayoutAccountRow> {
  const [row] = await tx.update(payoutAccounts).set(patch).where(eq(payoutAccounts.id, accountId)).returning();
  if (!row) throw new Error(`payout account ${accountId} is gone`);
  return row;
}

/** Stores the bank account that the provider pays to. Where another one stood, payouts begin again at `paidFrom`. */
export async function noteBankAccount(tx: Tx, accountId: string, bankAccount: string, paidFrom: Date): Promise<void> {
  await tx
    .update(payoutAccounts)
    .set({
      bankAccount,
      paidFrom: sql`case when ${payoutAccounts.bankAccount} is null then null else ${paidFrom.toISOString()}::timestamptz end`,
    })
    .where(and(eq(payoutAccounts.id, accountId), sql`${payoutAccounts.bankAccount} is distinct from ${bankAccount}`));
}

/** How many days after completion earnings are held back by each restaurant's own terms; one without terms is left out. */
export async function termsDelayDays(db: Db | Tx, restaurantIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await db
    .select({ id: commercialTerms.restaurantId, days: commercialTerms.payoutDelayDays })
    .from(commercialTerms)
    .where(sql`${commercialTerms.restaurantId} = any(${uuids(restaurantIds)})`);
  return new Map(rows.map(({ id, days }) => [id, days]));
}

/** What is owed to an account, what of it is held back, and what of it is tips. */
export type OwedWithTips = Owed & { tipsOwedMinor: number };

/** An account with the instant after which its earnings are held back. */
export type Holding = { account: PayoutAccountRow; heldAfter: Date };

/** What is owed to each account, by its id. Reads balances and the orders within the hold, not the whole ledger. */
export async function owedTo(db: Db | Tx, holdings: readonly Holding[]): Promise<Map<string, OwedWithTips>> {
  const balances = await db
    .select({
      owner: ledgerAccounts.owner,
      currency: ledgerAccounts.currency,
      kind: ledgerAccounts.kind,
      sumMinor: ledgerBalances.amountMinor,
    })
    .from(ledgerAccounts)
    .innerJoin(ledgerBalances, eq(ledgerBalances.accountId, ledgerAccounts.id))
    .where(
      and(
        inArray(
          ledgerAccounts.owner,
          holdings.map(({ account }) => account.owner),
        ),
        inArray(ledgerAccounts.kind, payable),
      ),
    );
  const held = await heldBack(db, holdings);
  return new Map(
    holdings.map(({ account: { id, owner, currency } }) => {
      const own = balances.filter((row) => row.owner === owner && row.currency === currency);
      const sum = (rows: typeof own) => rows.reduce((total, row) => total - row.sumMinor, 0);
      const tips = own.filter(({ kind }) => kind === "tips_held");
      return [id, { owedMinor: sum(own), heldMinor: held.get(id) ?? 0, tipsOwedMinor: sum(tips) }];
    }),
  );
}

const payable: AccountKind[] = ["restaurant_payable", "courier_payable", "tips_held"];

/** What orders within the hold earned; one of which more was taken back than it earned holds nothing. */
async function heldBack(db: Db | Tx, holdings: readonly Holding[]): Promise<Map<string, number>> {
  const rows = await db
    .select({ id: payoutAccounts.id, sum: sql<string>`sum(greatest(${orderEarnings.amountMinor}, 0))` })
    .from(payoutAccounts)
    .innerJoin(
      orderEarnings,
      and(eq(orderEarnings.owner, payoutAccounts.owner), eq(orderEarnings.currency, payoutAccounts.currency)),
    )
    .where(
      or(
        ...holdings.map(({ account, heldAfter }) =>
          and(eq(payoutAccounts.id, account.id), gt(orderEarnings.earnedAt, heldAfter)),
        ),
      ),
    )
    .groupBy(payoutAccounts.id);
  return new Map(rows.map(({ id, sum }) => [id, Number(sum)]));
}
