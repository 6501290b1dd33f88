import { count } from "drizzle-orm";
import { bulkInsert } from "../../../kit/database/bulk-insert.ts";
import type { Db } from "../../../kit/database/db.ts";
import {
  demoCurrency,
  demoId,
  demoLocation,
  demoTimeZone,
  demoUserId,
  sizes,
  type SeedSize,
} from "../../../demo/world/world.ts";
import {
  demoChoiceId,
  demoChoices,
  demoCuisines,
  demoDish,
  demoItemId,
  demoOptionId,
  demoRestaurantName,
} from "../../../demo/world/dishes.ts";
import { demoItemPriceMinor, demoItemsPerRestaurant, demoOrder, demoRates } from "../../../demo/world/orders.ts";
import {
  completedOrders,
  favourites,
  memberships,
  menuItems,
  modifierGroups,
  modifiers,
  openingHours,
  restaurants,
  reviews,
} from "./tables.ts";

const day = 86_400_000;

/** Fills an empty menu with the demo world; does nothing where there are restaurants already. Same rows for the same `now`. */
export async function seed(db: Db, size: SeedSize, now: Date): Promise<void> {
  await db.transaction(async (tx) => {
    const [held] = await tx.select({ number: count() }).from(restaurants);
    if ((held?.number ?? 0) > 0) return;
    const told = reviewRows(size, now);
    const indices = Array.from({ length: sizes[size].restaurants }, (_, index) => index);
    await bulkInsert(tx, restaurants, restaurantRows(indices, told.reviews, now));
    await bulkInsert(tx, openingHours, indices.flatMap(hourRows));
    await bulkInsert(tx, memberships, indices.map(ownerRow));
    await bulkInsert(
      tx,
      menuItems,
      indices.flatMap((index) => itemRows(index, size, now)),
    );
    const choices = indices.flatMap((index) => choiceRows(index, size));
    await bulkInsert(
      tx,
      modifierGroups,
      choices.map((choice) => choice.group),
    );
    await bulkInsert(
      tx,
      modifiers,
      choices.flatMap((choice) => choice.modifiers),
    );
    await bulkInsert(tx, completedOrders, told.orders);
    await bulkInsert(tx, reviews, told.reviews);
    await bulkInsert(tx, favourites, favouriteRows(size, now));
  });
}

type ReviewSeed = typeof reviews.$inferInsert;

function restaurantRows(indices: readonly number[], told: readonly ReviewSeed[], now: Date) {
  const ratings = Map.groupBy(told, (review) => review.restaurantId);
  return indices.map((index): typeof restaurants.$inferInsert => {
    const id = demoId("rst", index);
    const own = ratings.get(id) ?? [];
    const cuisines = demoCuisines(index);
    return {
      id,
      name: demoRestaurantName(index),
      description: `${cuisines.join(" and ")} food, cooked when you order it.`,
      cuisines,
      status: "ACTIVE",
      currency: demoCurrency,
      taxInclusive: false,
      ...demoLocation("restaurant", index),
      timeZone: demoTimeZone,
      priceLevel: 1 + ((index * 3) % 4),
      prepSeconds: (10 + (index % 4) * 5) * 60,
      minimumOrderMinor: index % 3 === 2 ? 2_500_000 : 0,
      imageUrl: picture(index),
      ratingSum: own.reduce((sum, review) => sum + review.rating, 0),
      ratingCount: own.length,
      createdAt: new Date(now.getTime() - (120 + index) * day),
    };
  });
}

/** A plate in the restaurant's own colour, as a data URL, so that nothing has to be served. */
function picture(index: number): string {
  const hue = (index * 47) % 360;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 48"><rect width="64" height="48" fill="hsl(${hue},60%,88%)"/><circle cx="32" cy="24" r="17" fill="#fff"/><circle cx="32" cy="24" r="11" fill="hsl(${hue},55%,52%)"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** Even restaurants never close, so that the demo works at any hour; the others keep lunch and dinner, or the night. */
function hourRows(index: number): (typeof openingHours.$inferInsert)[] {
  const restaurantId = demoId("rst", index);
  return [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => {
    const span = (opens: number, closes: number) => ({ restaurantId, weekday, opens: opens * 60, closes: closes * 60 });
    if (index % 2 === 0) return [span(0, 24)];
    if (index % 4 === 1) return [span(10, 14.5), span(17, 22)];
    return [span(17, weekday === 5 || weekday === 6 ? 27 : 25)];
  });
}

const ownerRow = (index: number): typeof memberships.$inferInsert => ({
  membershipId: demoId("mem", index),
  userId: demoUserId.owner(index),
  restaurantId: demoId("rst", index),
  role: "OWNER",
});

function itemRows(restaurant: number, size: SeedSize, now: Date): (typeof menuItems.$inferInsert)[] {
  return Array.from({ length: demoItemsPerRestaurant(size) }, (_, position) => ({
    id: demoItemId(restaurant, position),
    restaurantId: demoId("rst", restaurant),
    ...demoDish(restaurant, position),
    priceMinor: demoItemPriceMinor(restaurant, position),
    taxRateBps: demoRates.itemTaxBps,
    stock: position % 10 === 5 ? 40 : null,
    position,
    createdAt: new Date(now.getTime() - 100 * day),
  }));
}

function choiceRows(restaurant: number, size: SeedSize) {
  return Array.from({ length: demoItemsPerRestaurant(size) }, (_, k) => k).flatMap((k) =>
    demoChoices(k).map(({ options, ...choice }, position) => {
      const groupId = demoChoiceId(restaurant, k, position);
      return {
        group: { ...choice, id: groupId, itemId: demoItemId(restaurant, k), position },
        modifiers: options.map(([name, priceMinor], place) => ({
          id: demoOptionId(restaurant, k, position, place),
          groupId,
          name,
          priceMinor,
          position: place,
        })),
      };
    }),
  );
}

const words = ["Hot on arrival, thank you.", "Good, a little salty.", "My new favourite.", "Generous portion.", null];

/** Completed orders of the demo world, and reviews for two in five of them. */
function reviewRows(size: SeedSize, now: Date) {
  const orders: (typeof completedOrders.$inferInsert)[] = [];
  const told: ReviewSeed[] = [];
  for (let index = 0; index < sizes[size].orders; index++) {
    const { id: orderId, customerId, restaurantId, completedAt } = demoOrder(index, size, now);
    if (!completedAt) continue;
    orders.push({ orderId, customerId, restaurantId, completedAt });
    if (index % 5 > 1) continue;
    const rating = [5, 4, 5, 3, 4, 5, 5, 2, 4, 5][(index * 7) % 10] as number;
    const comment = words[index % words.length] ?? null;
    const createdAt = new Date(completedAt.getTime() + 3_600_000);
    told.push({ id: demoId("rev", index), orderId, restaurantId, customerId, rating, comment, createdAt });
  }
  return { orders, reviews: told };
}

function favouriteRows(size: SeedSize, now: Date): (typeof favourites.$inferInsert)[] {
  const { customers, restaurants: places } = sizes[size];
  return Array.from({ length: customers }, (_, customer) =>
    [...new Set([customer % places, (customer * 7 + 3) % places])].map((restaurant) => ({
      userId: demoUserId.customer(customer),
      restaurantId: demoId("rst", restaurant),
      createdAt: new Date(now.getTime() - (1 + (customer % 60)) * day),
    })),
  ).flat();
}
