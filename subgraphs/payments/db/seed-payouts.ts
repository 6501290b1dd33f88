/** The demo world's payout accounts: one for each restaurant and courier; timers open them at the provider. */
import type { Tx } from "../../../kit/database/db.ts";
import { schedule } from "../../../kit/events/timers.ts";
import { demoCurrency, demoId, sizes, type SeedSize } from "../../../demo/world/world.ts";
import { payoutAccounts } from "./payout-tables.ts";
import { payoutAccountTimer } from "./payout-accounts.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Stores the accounts of a seed of that size; the same arguments give the same rows. */
export async function seedPayoutAccounts(tx: Tx, size: SeedSize, now: Date): Promise<void> {
  const { restaurants, couriers } = sizes[size];
  const payees = [
    ...upTo(restaurants).map((n) => ({ ownerKind: "RESTAURANT" as const, owner: demoId("rst", n) })),
    ...upTo(couriers).map((n) => ({ ownerKind: "COURIER" as const, owner: demoId("cou", n) })),
  ];
  const rows = payees.map((payee, index) => {
    const id = demoId("pac", index);
    return { ...payee, id, currency: demoCurrency, idempotencyKey: id, createdAt: now };
  });
  await tx.insert(payoutAccounts).values(rows).onConflictDoNothing();
  for (const { id: key } of rows) await schedule(tx, { name: payoutAccountTimer, key, dueAt: now });
}
