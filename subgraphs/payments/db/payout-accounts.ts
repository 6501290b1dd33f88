/** Changes to payout accounts, and what the ledger says is owed to them. */
import { and, eq, gt, inArray, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../kit/db.ts";
import { isId, newId } from "../../../kit/id.ts";
import type { AccountKind } from "../domain/accounts.ts";
import type { Owed } from "../domain/payout-amount.ts";
import { commercialTerms, ledgerAccounts, ledgerBalances, orderEarnings, payoutAccounts } from "./tables.ts";
import type { PayoutAccountRow } from "./payout-tables.ts";

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

/** How many days after completion a restaurant's earnings are held back by its own terms; null when it has none. */
export async function termsDelayDays(db: Db | Tx, restaurantId: string): Promise<number | null> {
  const mine = eq(commercialTerms.restaurantId, restaurantId);
  const [terms] = await db.select({ days: commercialTerms.payoutDelayDays }).from(commercialTerms).where(mine);
  return terms?.days ?? null;
}

const payable: readonly AccountKind[] = ["restaurant_payable", "courier_payable", "tips_held"];

/** What is owed to an account, what of it was earned after `heldAfter` and is held back, and what of it is tips. Reads balances, not entries. */
export async function owedTo(
  db: Db | Tx,
  { owner, currency }: Pick<PayoutAccountRow, "owner" | "currency">,
  heldAfter: Date,
): Promise<Owed & { tipsOwedMinor: number }> {
  const [balances, [held]] = await Promise.all([
    db
      .select({ kind: ledgerAccounts.kind, sum: ledgerBalances.amountMinor })
      .from(ledgerAccounts)
      .innerJoin(ledgerBalances, eq(ledgerBalances.accountId, ledgerAccounts.id))
      .where(
        and(
          eq(ledgerAccounts.owner, owner),
          eq(ledgerAccounts.currency, currency),
          inArray(ledgerAccounts.kind, [...payable]),
        ),
      ),
    db
      .select({ sum: sql<string | null>`sum(greatest(${orderEarnings.amountMinor}, 0))` })
      .from(orderEarnings)
      .where(
        and(
          eq(orderEarnings.owner, owner),
          eq(orderEarnings.currency, currency),
          gt(orderEarnings.earnedAt, heldAfter),
        ),
      ),
  ]);
  const owedOf = (kinds: readonly AccountKind[]) =>
    balances.filter(({ kind }) => kinds.includes(kind)).reduce((sum, row) => sum - row.sum, 0);
  return { owedMinor: owedOf(payable), heldMinor: Number(held?.sum ?? 0), tipsOwedMinor: owedOf(["tips_held"]) };
}
