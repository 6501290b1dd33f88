/** The demo world that every subgraph's seed shares: sizes, ids, people and places, all derived from an index. */
import { createHash } from "node:crypto";
import { fromUuid } from "../../kit/id.ts";

export type SeedSize = "test" | "demo";

export type DemoSize = { restaurants: number; items: number; couriers: number; customers: number; orders: number };

/** How many of each the demo world holds; orders lie in the 90 days before the seed's reference time. */
export const sizes: Record<SeedSize, DemoSize> = {
  test: { restaurants: 5, items: 60, couriers: 6, customers: 10, orders: 40 },
  demo: { restaurants: 60, items: 1500, couriers: 80, customers: 500, orders: 5000 },
};

/** Password of every demo account. */
export const demoPassword = "antar-demo";

/** A TypeID that depends on prefix and index alone, so that seeds of different subgraphs agree. */
export function demoId(prefix: string, index: number): string {
  const hash = createHash("sha256").update(`antar demo ${prefix} ${index}`).digest("hex");
  const variant = ((Number.parseInt(hash.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  // A fixed UUIDv7 time (2026-01-01) keeps ids sortable beside real ones.
  const uuid = `019b7690-5800-7${hash.slice(12, 15)}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
  return fromUuid(prefix, uuid);
}

/** Index of the user behind a role: customers from 0, owners from 10000, couriers from 20000. */
export const userIndex = {
  customer: (n: number) => n,
  owner: (restaurant: number) => 10_000 + restaurant,
  courier: (n: number) => 20_000 + n,
  support: () => 30_000,
  admin: () => 30_001,
} as const;

/** Id of the user behind a role, such as `demoUserId.owner(0)`. */
export const demoUserId = {
  customer: (n: number) => demoId("usr", userIndex.customer(n)),
  owner: (restaurant: number) => demoId("usr", userIndex.owner(restaurant)),
  courier: (n: number) => demoId("usr", userIndex.courier(n)),
  support: () => demoId("usr", userIndex.support()),
  admin: () => demoId("usr", userIndex.admin()),
} as const;

/** E-mail address of a demo account; numbers start at 1 for people. */
export const demoEmail = {
  customer: (n: number) => `customer${n + 1}@antar.test`,
  owner: (restaurant: number) => `owner${restaurant + 1}@antar.test`,
  courier: (n: number) => `courier${n + 1}@antar.test`,
  support: () => "support@antar.test",
  admin: () => "admin@antar.test",
} as const;

export const demoCurrency = "IDR";
export const demoTimeZone = "Asia/Jakarta";

const cities = [
  { name: "Jakarta", latitude: -6.2, longitude: 106.8167 },
  { name: "Surabaya", latitude: -7.2575, longitude: 112.7521 },
] as const;

/** City of an index: every fifth lies in Surabaya, the others in Jakarta. */
export const demoCity = (n: number) => cities[n % 5 === 4 ? 1 : 0];

/** A place on the invented street grid of the index's city: 200 m blocks, within 2 km of the centre. */
export function demoLocation(
  kind: "restaurant" | "customer" | "courier",
  n: number,
): { latitude: number; longitude: number } {
  const city = demoCity(n);
  const hash = createHash("sha256").update(`${kind} ${n}`).digest();
  const blocks = (byte: number) => ((hash[byte] ?? 0) % 21) - 10;
  return {
    latitude: Number((city.latitude + blocks(0) * 0.0018).toFixed(6)),
    longitude: Number((city.longitude + blocks(1) * 0.0018).toFixed(6)),
  };
}
