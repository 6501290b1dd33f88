/** Reads and writes of signing keys. */
import { desc, gt, isNull, or, sql } from "drizzle-orm";
import type { Executor, Tx } from "../../../kit/database/db.ts";
import { signingKeys, type SigningKeyRow } from "./tables.ts";

/**
 * The key that signs at `now`: the newest that is active. Where the clock went back behind the first key's beginning, that
 * key signs all the same: a new one would be unknown to who verifies.
 */
export async function currentKey(db: Executor, now: Date): Promise<SigningKeyRow | null> {
  const nearest = sql`abs(extract(epoch from ${signingKeys.activeFrom} - ${now.toISOString()}::timestamptz))`;
  const [row] = await db
    .select()
    .from(signingKeys)
    .where(or(isNull(signingKeys.retiresAt), gt(signingKeys.retiresAt, now)))
    .orderBy(gt(signingKeys.activeFrom, now), nearest, desc(signingKeys.kid))
    .limit(1);
  return row ?? null;
}

/** Keys that verifiers need at `now`, those not yet active included. */
export const publishedKeys = (db: Executor, now: Date): Promise<SigningKeyRow[]> =>
  db
    .select()
    .from(signingKeys)
    .where(or(isNull(signingKeys.retiresAt), gt(signingKeys.retiresAt, now)))
    .orderBy(desc(signingKeys.activeFrom));

/** Waits its turn to change keys, until the transaction ends. */
export async function lockKeys(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('users signing keys'))`);
}

/** Adds a key; the ones before it retire at `othersRetireAt` at the latest. */
export async function insertKey(tx: Tx, row: SigningKeyRow, othersRetireAt: Date): Promise<void> {
  const later = or(isNull(signingKeys.retiresAt), gt(signingKeys.retiresAt, othersRetireAt));
  await tx.update(signingKeys).set({ retiresAt: othersRetireAt }).where(later);
  await tx.insert(signingKeys).values(row);
}
