/** Restaurants and couriers are paid out; support holds an account and looks after payouts. */
import type { Browser } from "./browser.ts";
import { restaurantId, type World } from "./world.ts";

type Account = { id: string; status: string; available: { amount: number }; minimum: { amount: number } };
type Payee = { payoutAccounts: Account[]; payouts: { edges: { node: { id: string; state: string } }[] } };

type Invoiced = { restaurant: { invoices: { edges: { node: { number: string } }[] } } };

const isOpen = ({ payoutAccounts: [account] }: Payee): boolean => account?.status === "ACTIVE";
const isPaid = ({ payouts: { edges } }: Payee): boolean => edges[0]?.node.state === "PAID";

const request = ({ payoutAccounts: [account] }: Payee) => ({
  input: { payoutAccountId: account?.id, idempotencyKey: crypto.randomUUID() },
});

/** The restaurant is held, suspended, released, and paid out at once. */
async function payRestaurant({ owner, admin }: World): Promise<void> {
  type Seen = { restaurant: Payee };
  const { restaurant } = await owner.watch<Seen>("RestaurantPayouts", { restaurantId }, (seen) =>
    isOpen(seen.restaurant),
  );
  const decision = { input: { payoutAccountId: restaurant.payoutAccounts[0]?.id, reason: "Another bank account" } };
  await admin.run("HoldPayoutAccount", decision);
  await owner.run("RequestInstantPayout", request(restaurant), "PayoutAccountNotActiveError");
  await admin.run("SuspendPayoutAccount", decision);
  const debt = { ...decision.input, amountMinor: 1, idempotencyKey: crypto.randomUUID() };
  await admin.run("WriteOffPayoutAccount", { input: debt }, "BalanceNotNegativeError");
  await admin.run("ReleasePayoutAccount", decision);
  await owner.run("RequestInstantPayout", request(restaurant));
  await owner.watch<Seen>("RestaurantPayouts", { restaurantId }, (seen) => isPaid(seen.restaurant));
  const charged = await owner.run<Invoiced>("RestaurantInvoices", { restaurantId });
  if (charged.restaurant.invoices.edges.length === 0) throw new Error("the demo restaurant has no invoice");
  const file = await admin.run<Seen>("PayoutFile", { restaurantId });
  const payoutId = file.restaurant.payouts.edges[0]?.node.id;
  await admin.run("RetryPayout", { input: { payoutId, reason: "The owner called" } }, "PayoutNotWaitingError");
  await admin.run("FlaggedPayouts");
}

/** The first of the couriers who has earned enough is paid out at once. */
async function payCourier(couriers: readonly Browser[]): Promise<void> {
  type Seen = { myCourier: Payee };
  for (const courier of couriers) {
    const { myCourier } = await courier.watch<Seen>("MyPayouts", {}, (seen) => isOpen(seen.myCourier));
    const [account] = myCourier.payoutAccounts;
    if (!account || account.available.amount < account.minimum.amount) continue;
    await courier.run("RequestInstantPayout", request(myCourier));
    await courier.watch<Seen>("MyPayouts", {}, (seen) => isPaid(seen.myCourier));
    return;
  }
  throw new Error("no courier of the demo world has earned enough to be paid out");
}

/** Both are paid by what they earned in the demo world's past. */
export async function payOut(world: World): Promise<void> {
  await payRestaurant(world);
  await payCourier(world.couriers);
}
