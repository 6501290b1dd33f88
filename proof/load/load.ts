/** The load: customers, kitchens and couriers of one city, all at once, through the public graph alone. */
import { demoEmail, sizes } from "../../demo/world/world.ts";
import { live, type City } from "./city.ts";
import { deliver } from "./courier.ts";
import { customer, insist, orderOn } from "./customer.ts";
import { person } from "./person.ts";
import { kitchensOf } from "./plan.ts";
import { collect, courierAccounts, restaurantAccounts } from "./payee.ts";
import { cook } from "./restaurant.ts";
import { openSupport } from "./support.ts";
import { openTroubleDesk } from "./trouble.ts";

/** Who takes part. */
export type Crowd = {
  /** At most; the demo world may know fewer. */
  customers: number;
  couriers: number;
  /** Instant payouts that are asked for beside each order placed; about, and a few more at first. */
  payoutsPerOrder: number;
  /** Whether support gives parts of completed orders back. */
  complaints: boolean;
};

/** People of the demo world's larger city: every fifth lives elsewhere. */
const nearby = (known: number, count: number) =>
  Array.from({ length: known }, (_, n) => n)
    .filter((n) => n % 5 !== 4)
    .slice(0, count);

/** An administrator who looks at the books all the while. */
async function audit(city: City): Promise<void> {
  const admin = person(city.graphqlUrl, demoEmail.admin());
  await live(city, async () => {
    const { ledgerBalance } = await admin.read<{ ledgerBalance: { sumMinor: number }[] | null }>(
      `query Books { ledgerBalance { sumMinor } }`,
    );
    if (ledgerBalance) city.file.write({ kind: "ledger", sums: ledgerBalance.map(({ sumMinor }) => sumMinor) });
    return 3_000;
  });
}

/** The platform gives a code out that a quarter of those who have it can use. */
async function giveCode(city: City): Promise<void> {
  const admin = person(city.graphqlUrl, demoEmail.admin());
  const code = `CHAOS${city.seed}`;
  const input = {
    name: "Chaos",
    code,
    currency: "IDR",
    terms: { kind: "PERCENT", percentBps: 2_500, capMinor: 2_000_000 },
    window: { from: "2020-01-01T00:00", timeZone: "Asia/Jakarta" },
    limitTotal: Math.max(2, Math.ceil(city.wanted / 10)),
    limitPerUser: 3,
  };
  const given = await insist(city, () => admin.change("createPlatformPromotion", input));
  const isThere = ["CreatePlatformPromotionSuccess", "PromotionCodeTakenError"].includes(given?.__typename ?? "");
  if (!isThere) throw new Error(`no promotion: ${JSON.stringify(given)}`);
  city.code = code;
}

/** Starts everybody. `ordered` resolves when all orders were placed and have ended, and support dealt with them; `goHome` ends the rest. */
export async function startLoad(
  city: City,
  crowd: Crowd,
): Promise<{ ordered: Promise<void>; goHome(): Promise<void> }> {
  await giveCode(city);
  const kitchens = kitchensOf(city.size);
  const couriers = nearby(sizes[city.size].couriers, crowd.couriers);
  const payees = [...kitchens.map(restaurantAccounts), ...couriers.map(courierAccounts)];
  const paid = { asked: 0, perOrder: crowd.payoutsPerOrder };
  const staff = [
    ...kitchens.map((number) => cook(city, number)),
    ...couriers.map((number) => deliver(city, number)),
    ...(crowd.payoutsPerOrder > 0 ? payees.map((payee) => collect(city, payee, paid)) : []),
    audit(city),
  ];
  const support = crowd.complaints ? openSupport(city) : { close: async () => {} };
  const troubles = openTroubleDesk(city);
  const customers = await Promise.all(
    nearby(sizes[city.size].customers, crowd.customers).map((number) => customer(city, number)),
  );
  const ordering = customers.map((self, index) => orderOn(city, self, customers[(index + 1) % customers.length]!));
  return {
    ordered: Promise.all(ordering).then(async () => {
      await Promise.all([support.close(), troubles.close()]);
    }),
    goHome: async () => {
      city.over = true;
      await Promise.allSettled([...staff, ...ordering, support.close(), troubles.close()]);
    },
  };
}
