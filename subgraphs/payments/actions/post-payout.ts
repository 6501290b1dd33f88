/** The ledger's side of a payout after it began, and what is told of its end. */
import type { Tx } from "../../../kit/database/db.ts";
import { entriesOf, reversalOf, type Entry } from "../domain/postings.ts";
import { post } from "../db/ledger.ts";
import type { Moment } from "../db/payments.ts";
import type { PayoutAccountRow, PayoutRow } from "../db/payout-tables.ts";
import { publish } from "../events/published.ts";

/** The account's owner as postings name it. */
export const ownersOf = ({ ownerKind, owner }: PayoutAccountRow) =>
  ownerKind === "RESTAURANT" ? { restaurantId: owner, courierId: null } : { restaurantId: "", courierId: owner };

/** The entries that take a payout off the balance. */
export function payoutEntries(account: PayoutAccountRow, payout: PayoutRow): Entry[] {
  const { amountMinor, tipsMinor, feeMinor } = payout;
  const isRestaurant = account.ownerKind === "RESTAURANT";
  const facts = {
    restaurantMinor: isRestaurant ? amountMinor : 0,
    courierMinor: isRestaurant ? 0 : amountMinor - tipsMinor,
    tipsMinor,
    feeMinor,
  };
  return entriesOf("payout-requested", facts, ownersOf(account));
}

/** Puts the whole amount, fee included, back on the balance. */
export async function postBack(tx: Tx, account: PayoutAccountRow, payout: PayoutRow, moment: Moment): Promise<void> {
  const entries = reversalOf(payoutEntries(account, payout));
  const { id: reference, currency } = payout;
  await post(tx, { kind: "payout-reversed", reference, orderId: null, currency, entries }, moment);
}

/** Books the money's arrival. */
export async function postPaid(tx: Tx, account: PayoutAccountRow, payout: PayoutRow, moment: Moment): Promise<void> {
  const { id: reference, currency } = payout;
  const entries = entriesOf("payout-paid", { amountMinor: payout.netMinor }, ownersOf(account));
  await post(tx, { kind: "payout-paid", reference, orderId: null, currency, entries }, moment);
}

/** Books that the bank sent the money back after it had arrived. */
export async function postReturned(
  tx: Tx,
  account: PayoutAccountRow,
  payout: PayoutRow,
  moment: Moment,
): Promise<void> {
  const { id: reference, currency } = payout;
  const entries = reversalOf(entriesOf("payout-paid", { amountMinor: payout.netMinor }, ownersOf(account)));
  await post(tx, { kind: "payout-returned", reference, orderId: null, currency, entries }, moment);
}

/** Tells of a payout's arrival, or (with a reason) that its money is on the balance again. */
export async function tellPayout(
  tx: Tx,
  account: PayoutAccountRow,
  payout: PayoutRow,
  reason: string | null,
  moment: Moment,
): Promise<void> {
  const { id: payoutId, kind, amountMinor, feeMinor, netMinor, currency } = payout;
  const { restaurantId, courierId } = ownersOf(account);
  const owner = { restaurantId: restaurantId === "" ? null : restaurantId, courierId };
  const data = { payoutId, ...owner, kind, amountMinor, feeMinor, netMinor, currency };
  if (reason === null) await publish(tx, { type: "payout.paid.v1", aggregateId: payoutId, data }, moment);
  else await publish(tx, { type: "payout.failed.v1", aggregateId: payoutId, data: { ...data, reason } }, moment);
}
