/** The demo world's people, with addresses and memberships. */
import { fakerID_ID as faker } from "@faker-js/faker";
import type { Db } from "../../../kit/database/db.ts";
import {
  demoCity,
  demoEmail,
  demoId,
  demoLocation,
  demoPassword,
  demoUserId,
  sizes,
  type SeedSize,
} from "../../../demo/world/world.ts";
import { demoCustomerName, demoStreet } from "../../../demo/world/people.ts";
import { hashPassword } from "../keys/passwords.ts";
import { addresses, memberships, users } from "./tables.ts";

type NewUser = typeof users.$inferInsert;

const dayMs = 86_400_000;
const rowsAtOnce = 1_000;

function phone(n: number): string {
  return `+62812${String(10_000_000 + n).padStart(8, "0")}`;
}

/** Everyone, in a fixed order so that the names come out the same each time. */
function people(size: SeedSize, passwordHash: string, now: Date): NewUser[] {
  const { customers, restaurants, couriers } = sizes[size];
  const createdAt = new Date(now.getTime() - 120 * dayMs);
  let made = 0;
  const person = (
    id: string,
    email: string,
    roles: NewUser["roles"],
    // The whole names of this locale have titles, and sometimes one first name twice.
    displayName = `${faker.person.firstName()} ${faker.person.lastName()}`,
  ): NewUser => ({
    id,
    email,
    roles,
    displayName,
    passwordHash,
    createdAt,
    updatedAt: createdAt,
    phone: phone(made++),
    language: "id",
  });
  const each = (count: number, make: (n: number) => NewUser) => Array.from({ length: count }, (_, n) => make(n));
  return [
    ...each(customers, (n) => person(demoUserId.customer(n), demoEmail.customer(n), ["customer"], demoCustomerName(n))),
    ...each(restaurants, (n) => person(demoUserId.owner(n), demoEmail.owner(n), ["customer"])),
    ...each(couriers, (n) => person(demoUserId.courier(n), demoEmail.courier(n), ["customer", "courier"])),
    person(demoUserId.support(), demoEmail.support(), ["support"], "Antar Support"),
    person(demoUserId.admin(), demoEmail.admin(), ["admin"], "Antar Admin"),
  ];
}

function addressBook(customer: NewUser, n: number, now: Date): typeof addresses.$inferInsert {
  return {
    id: demoId("adr", n),
    userId: customer.id,
    label: "Home",
    recipientName: customer.displayName,
    phone: customer.phone ?? phone(n),
    line1: demoStreet(n),
    line2: n % 3 === 0 ? `Floor ${1 + (n % 9)}` : null,
    city: demoCity(n).name,
    postalCode: String(10_110 + (n % 800)),
    notes: n % 4 === 0 ? "Please ring the bell." : null,
    ...demoLocation("customer", n),
    createdAt: new Date(now.getTime() - 119 * dayMs),
  };
}

/** Fills an empty database; one password hash serves everyone, since hashing is slow on purpose. */
export async function seed(db: Db, size: SeedSize, now: Date): Promise<void> {
  if ((await db.$count(users)) > 0) return;
  faker.seed(20_260_101);
  faker.setDefaultRefDate("2026-01-01T00:00:00.000Z");
  const rows = people(size, await hashPassword(demoPassword), now);
  const books = rows.slice(0, sizes[size].customers).map((customer, n) => addressBook(customer, n, now));
  const owners = Array.from({ length: sizes[size].restaurants }, (_, n) => ({
    id: demoId("mem", n),
    userId: demoUserId.owner(n),
    restaurantId: demoId("rst", n),
    role: "OWNER" as const,
    changedAt: new Date(now.getTime() - 118 * dayMs),
  }));
  await db.transaction(async (tx) => {
    for (let from = 0; from < rows.length; from += rowsAtOnce) {
      await tx
        .insert(users)
        .values(rows.slice(from, from + rowsAtOnce))
        .onConflictDoNothing();
    }
    for (let from = 0; from < books.length; from += rowsAtOnce) {
      await tx.insert(addresses).values(books.slice(from, from + rowsAtOnce));
    }
    await tx.insert(memberships).values(owners);
  });
}
