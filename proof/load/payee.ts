/** Restaurants' owners and couriers who do not wait for the weekly payout. */
import { demoEmail, demoId } from "../../demo/world/world.ts";
import { live, type City } from "./city.ts";
import { insist } from "./customer.ts";
import { payoutPlanOf } from "./money-plan.ts";
import { person, type Person } from "./person.ts";

type Account = { id: string; status: string; available: { amount: number }; minimum: { amount: number } };

/** Somebody who earns: their e-mail address, and how they ask where their money is paid to. */
export type Payee = { who: string; email: string; accounts(person: Person): Promise<Account[]> };

const fields = "payoutAccounts { id status available { amount } minimum { amount } }";

/** The owner of demo restaurant `number`. */
export const restaurantAccounts = (number: number): Payee => ({
  who: `restaurant ${number}`,
  email: demoEmail.owner(number),
  accounts: async (owner) => {
    type Seen = { restaurant: { payoutAccounts: Account[] | null } | null };
    const query = `query Accounts($id: ID!) { restaurant(id: $id) { ${fields} } }`;
    return (await owner.read<Seen>(query, { id: demoId("rst", number) })).restaurant?.payoutAccounts ?? [];
  },
});

/** Courier `number` of the demo world. */
export const courierAccounts = (number: number): Payee => ({
  who: `courier ${number}`,
  email: demoEmail.courier(number),
  accounts: async (courier) => {
    type Seen = { myCourier: { payoutAccounts: Account[] | null } | null };
    return (await courier.read<Seen>(`query Accounts { myCourier { ${fields} } }`)).myCourier?.payoutAccounts ?? [];
  },
});

const lookMs = 2_500;

/** Asks until there is an answer, and writes it down. */
async function request(city: City, payee: Person, account: Account, key: string, amountMinor: number | null) {
  const input = { payoutAccountId: account.id, amountMinor, idempotencyKey: key };
  const answer = await insist(city, () =>
    payee.change("requestInstantPayout", input, "payout { id amount { amount } }"),
  );
  if (!answer) return;
  const payout = answer["payout"] as { id: string; amount: { amount: number } } | undefined;
  const begun = payout ? { payoutId: payout.id, amountMinor: payout.amount.amount } : {};
  city.file.write({ kind: "payout", accountId: account.id, key, answer: answer.__typename, ...begun });
}

/** More than there can be: what was available when asked is far less, and what is earned meanwhile is. */
async function requestOver(city: City, payee: Person, account: Account, key: string): Promise<void> {
  const amountMinor = account.available.amount + 1_000_000_000_000;
  const input = { payoutAccountId: account.id, amountMinor, idempotencyKey: key };
  const answer = await insist(city, () => payee.change("requestInstantPayout", input));
  if (answer) city.file.write({ kind: "payout-over", accountId: account.id, answer: answer.__typename });
}

/** What all payees asked for so far, and how many payouts they may ask for beside each order. */
export type Paid = { asked: number; readonly perOrder: number };

/** Payouts that may be asked for before the first order. */
const atFirst = 20;

/** Looks at the balance now and then until everybody goes home, and has it paid out as planned. */
export async function collect(city: City, { who, email, accounts }: Payee, paid: Paid): Promise<void> {
  const payee = person(city.graphqlUrl, email);
  let turn = 0;
  await live(city, async () => {
    if (paid.asked > atFirst + city.placed * paid.perOrder) return lookMs;
    const isFree = ({ status, available, minimum }: Account) =>
      status === "ACTIVE" && available.amount >= minimum.amount;
    const account = (await accounts(payee)).find(isFree);
    if (!account) return lookMs;
    const { amount, twice, key } = payoutPlanOf(city.seed, who, turn++);
    paid.asked++;
    const amountMinor = amount === "half" ? Math.floor(account.available.amount / 2) : null;
    const once = () =>
      amount === "over" ? requestOver(city, payee, account, key) : request(city, payee, account, key, amountMinor);
    await Promise.all(twice ? [once(), once()] : [once()]);
    return lookMs;
  });
}
