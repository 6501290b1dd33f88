/** Who may see and ask for payouts: a restaurant's owners (staff may not), the courier, support and admin. A missing row denies. */
import { isSupport } from "../../../kit/access/caller.ts";
import { defineLoader } from "../../../kit/graphql/loaders.ts";
import { payoutAccountsById, payoutsById, restaurantsOwnedBy } from "../db/payout-queries.ts";
import type { PayoutAccountRow, PayoutRow } from "../db/payout-tables.ts";
import type { Context } from "../deps.ts";
import { isCourier } from "./access.ts";

const payoutById = defineLoader((context: Context, ids: readonly string[]) => payoutsById(context.db, ids));

/** Accounts by id, whoever asks: check `isPayee` or `visibleAccount` before answering. */
export const payoutAccountById = defineLoader((context: Context, ids: readonly string[]) =>
  payoutAccountsById(context.db, ids),
);

const restaurantsOfOwner = defineLoader((context: Context, ids: readonly string[]) =>
  restaurantsOwnedBy(context.db, ids),
);

/** Whether the caller owns the restaurant, or is the courier. */
export async function isPayee(
  context: Context,
  { ownerKind, owner }: Pick<PayoutAccountRow, "ownerKind" | "owner">,
): Promise<boolean> {
  const { caller } = context;
  if (caller.kind !== "user") return false;
  if (ownerKind === "COURIER") return isCourier(context, owner);
  return (await restaurantsOfOwner(context).load(caller.userId))?.has(owner) ?? false;
}

/** Whether the caller may see the payouts of a restaurant or courier. */
export const maySeePayouts = async (
  context: Context,
  payee: Pick<PayoutAccountRow, "ownerKind" | "owner">,
): Promise<boolean> => isSupport(context) || (await isPayee(context, payee));

/** The account when the caller may see it; null otherwise. */
export async function visibleAccount(context: Context, accountId: string): Promise<PayoutAccountRow | null> {
  const account = await payoutAccountById(context).load(accountId);
  return account && (await maySeePayouts(context, account)) ? account : null;
}

/** The payout when the caller may see it; null otherwise. */
export async function visiblePayout(context: Context, payoutId: string): Promise<PayoutRow | null> {
  const payout = await payoutById(context).load(payoutId);
  return payout && (await visibleAccount(context, payout.accountId)) ? payout : null;
}
