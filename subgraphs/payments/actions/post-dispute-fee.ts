/** Posts what the provider keeps for a dispute. */
import type { Tx } from "../../../kit/database/db.ts";
import { entriesOf } from "../domain/postings.ts";
import { post } from "../db/ledger.ts";
import type { Moment } from "../db/payments.ts";
import type { PaymentRow } from "../db/tables.ts";
import type { ProviderDispute } from "../psp/psp.ts";

/** Posts the fee once per dispute, whoever wins it, in the currency of the fee; false when it was posted before or is not told yet. */
export async function postDisputeFee(
  tx: Tx,
  { orderId, restaurantId }: PaymentRow,
  { id: reference, fee }: ProviderDispute,
  moment: Moment,
): Promise<boolean> {
  if (fee === null) return false;
  const { feeMinor: amountMinor, currency } = fee;
  const entries = entriesOf("dispute-fee", { amountMinor }, { restaurantId, courierId: null });
  return post(tx, { kind: "dispute-fee", reference, orderId, currency, entries }, moment);
}
