/** The provider's records of persons, and forgetting them. */
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../kit/database/db.ts";
import { newId } from "../../../kit/id.ts";
import type { PaymentState } from "../domain/payment-states.ts";
import { payments, providerCustomers } from "./tables.ts";

/** Stores the key under which the provider will be asked for a record of the person, unless one is stored. */
export async function expectProviderCustomer(tx: Tx, customerId: string, now: Date): Promise<void> {
  await tx
    .insert(providerCustomers)
    .values({ customerId, idempotencyKey: `customer:${newId("evt")}`, createdAt: now })
    .onConflictDoNothing();
}

/** The person's row; null when none was ever expected, or it was forgotten. */
export async function providerCustomer(
  db: Db | Tx,
  customerId: string,
): Promise<typeof providerCustomers.$inferSelect | null> {
  const [row] = await db.select().from(providerCustomers).where(eq(providerCustomers.customerId, customerId));
  return row ?? null;
}

/** Keeps the provider's id of a record that was asked for. */
export async function keepProviderCustomer(db: Db, customerId: string, providerCustomerId: string): Promise<void> {
  await db
    .update(providerCustomers)
    .set({ providerCustomerId })
    .where(and(eq(providerCustomers.customerId, customerId), isNull(providerCustomers.providerCustomerId)));
}

/** States in which the payment method is still to be charged. */
const needed: readonly PaymentState[] = ["CREATED", "SAVING", "SAVED", "AUTHORIZING", "REQUIRES_ACTION"];

const stillNeeded = sql`${payments.state} = any(${sql.raw(`array['${needed.join("','")}']`)})`;

/** Whether an open payment of the person still needs its payment method. */
export async function needsPaymentMethod(db: Db, customerId: string): Promise<boolean> {
  const rows = await db
    .select({ one: sql`1` })
    .from(payments)
    .where(and(eq(payments.customerId, customerId), stillNeeded))
    .limit(1);
  return rows.length > 0;
}

/** Forgets the tokens of the person's payment methods, other than those still needed, and their record at the provider. */
export async function forgetPaymentMethods(tx: Tx, customerId: string): Promise<void> {
  await tx
    .update(payments)
    .set({ paymentMethod: "erased", savedMethod: null, nextActionUrl: null })
    .where(and(eq(payments.customerId, customerId), sql`not ${stillNeeded}`));
  await tx.delete(providerCustomers).where(eq(providerCustomers.customerId, customerId));
}
