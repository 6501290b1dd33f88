/** Promotions of the demo world: three codes of the platform, and what every seventh restaurant promises by itself. */
import type { InferInsertModel } from "drizzle-orm";
import { bulkInsert } from "../../../kit/database/bulk-insert.ts";
import type { Tx } from "../../../kit/database/db.ts";
import { demoId } from "../../../demo/world/world.ts";
import { promotions } from "./tables.ts";

type Row = InferInsertModel<typeof promotions>;

const weekMs = 7 * 24 * 60 * 60_000;

const codes: Pick<
  Row,
  | "name"
  | "code"
  | "kind"
  | "percentBps"
  | "amountMinor"
  | "capMinor"
  | "firstOrderOnly"
  | "limitTotal"
  | "limitPerUser"
  | "minimumBasketMinor"
>[] = [
  {
    name: "A fifth off",
    code: "MAKAN20",
    kind: "PERCENT",
    percentBps: 2_000,
    amountMinor: null,
    capMinor: 3_000_000,
    firstOrderOnly: false,
    limitTotal: null,
    limitPerUser: 3,
    minimumBasketMinor: 5_000_000,
  },
  {
    name: "Welcome",
    code: "SELAMAT",
    kind: "FIXED",
    percentBps: null,
    amountMinor: 2_500_000,
    capMinor: null,
    firstOrderOnly: true,
    limitTotal: null,
    limitPerUser: 1,
    minimumBasketMinor: 0,
  },
  {
    name: "Free ride",
    code: "ANTAR",
    kind: "FREE_DELIVERY",
    percentBps: null,
    amountMinor: null,
    capMinor: 1_500_000,
    firstOrderOnly: false,
    limitTotal: 100,
    limitPerUser: 1,
    minimumBasketMinor: 0,
  },
];

/** Writes them; the first restaurants, which demos and tests order from, promise nothing by themselves. */
export async function seedPromotions(tx: Tx, restaurants: number, now: Date): Promise<void> {
  const common = {
    currency: "IDR",
    active: true,
    startsAt: new Date(now.getTime() - weekMs),
    endsAt: new Date(now.getTime() + 8 * weekMs),
    timeZone: "Asia/Jakarta",
    createdAt: new Date(now.getTime() - weekMs),
  };
  const platform = codes.map((one, n) => ({ ...common, ...one, id: demoId("prm", n), restaurantShareBps: 0 }));
  const own = Array.from({ length: restaurants }, (_, n) => n)
    .filter((n) => n % 7 === 3)
    .map((n) => ({
      ...common,
      id: demoId("prm", 1_000 + n),
      restaurantId: demoId("rst", n),
      name: "A tenth off everything",
      kind: "PERCENT" as const,
      percentBps: 1_000,
      capMinor: 2_000_000,
      minimumBasketMinor: 4_000_000,
      firstOrderOnly: false,
      restaurantShareBps: 10_000,
    }));
  await bulkInsert(tx, promotions, platform);
  await bulkInsert(tx, promotions, own);
}
