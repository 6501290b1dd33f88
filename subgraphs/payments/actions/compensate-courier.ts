/** Pays couriers for work that the order's own posting does not know: replaced without fault, or sent back with the food. */
import type { Tx } from "../../../kit/database/db.ts";
import { courierPayAt, type CourierStage, type Fault } from "../domain/fault-policy.ts";
import type { Ride } from "../domain/ending.ts";
import { entriesOf } from "../domain/postings.ts";
import { post } from "../db/ledger.ts";
import type { Moment } from "../db/payments.ts";
import type { PaymentRow } from "../db/tables.ts";
import { ensurePayoutAccounts } from "./open-payout-account.ts";

/** What was done, for whom; `reference` names it, so that it is paid once. */
export type Work = Omit<Ride, "stage"> & { stage: CourierStage; fault: Fault; reference: string };

/** Posts the stage's share of the pay; nothing where the courier was at fault or earns nothing at that stage. */
export async function compensateCourier(tx: Tx, payment: PaymentRow, work: Work, moment: Moment): Promise<void> {
  const { orderId, restaurantId, currency } = payment;
  const { courierId, stage, fault, courierPayMinor, rates, reference } = work;
  const amountMinor = courierPayAt(stage, fault, courierPayMinor, rates);
  if (amountMinor === 0) return;
  const entries = entriesOf("courier-compensated", { amountMinor }, { restaurantId, courierId });
  await post(tx, { kind: "courier-compensated", reference, orderId, currency, entries }, moment);
  await ensurePayoutAccounts(tx, { restaurantId, courierId, currency }, moment);
}

/** Pays the ride back to the restaurant, once the food was brought back on support's request and the order's fault is known, whichever came first. */
export async function compensateReturn(tx: Tx, payment: PaymentRow, moment: Moment): Promise<void> {
  const { returnRide, ended, id } = payment;
  if (returnRide === null || ended === null) return;
  const work = { ...returnRide, stage: "RETURNED", fault: ended.fault, reference: `${id}:return` } as const;
  await compensateCourier(tx, payment, work, moment);
}
