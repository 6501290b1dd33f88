/** The provider's record of a person: made once, removed when the person is erased. */
import { schedule, type FiredTimer } from "../../../kit/events/timers.ts";
import { forgetPaymentMethods, keepProviderCustomer, needsPaymentMethod, providerCustomer } from "../db/customers.ts";
import type { Deps } from "../deps.ts";

/** Name of the timer that forgets a person's payment methods; its key is the person's id. */
export const forgetTimer = "customer.forget";

/** The provider's id of the person's record, made under the stored key when there is none yet; null for a person that is forgotten. */
export async function customerAtProvider({ db, psp }: Deps, customerId: string): Promise<string | null> {
  const known = await providerCustomer(db, customerId);
  if (!known || known.providerCustomerId) return known?.providerCustomerId ?? null;
  const made = await psp.createCustomer(customerId, known.idempotencyKey);
  await keepProviderCustomer(db, customerId, made);
  return made;
}

/** Timer handler: forgets an erased person's payment methods here and at the provider, once no open payment needs one. */
export async function forgetCustomer(timer: Pick<FiredTimer, "key" | "traceId">, deps: Deps): Promise<void> {
  const { db, psp, clock, settings } = deps;
  const { key: customerId, traceId } = timer;
  if (await needsPaymentMethod(db, customerId)) {
    const dueAt = new Date(clock.now().getTime() + settings.FORGET_CHECK_MS);
    await schedule(db, { name: forgetTimer, key: customerId, dueAt, traceId });
    return;
  }
  const record = await customerAtProvider(deps, customerId);
  if (record) await psp.deleteCustomer(record);
  await db.transaction((tx) => forgetPaymentMethods(tx, customerId));
}
