/** Reads and writes of address books. */
import { and, asc, eq } from "drizzle-orm";
import { type Db, type Executor } from "../../../kit/database/db.ts";
import { defineLoader } from "../../../kit/graphql/loaders.ts";
import { rowsBy } from "../../../kit/database/rows-by.ts";
import type { ValidAddress } from "../domain/address.ts";
import { addresses, type AddressRow } from "./tables.ts";

const readAddressesById = rowsBy(addresses, addresses.id);

/** The address of each id. */
export const addressById = defineLoader(async ({ db }: { db: Db }, ids: readonly string[]) => {
  const rows = await readAddressesById(db, ids);
  return new Map(rows.map((row) => [row.id, row]));
});

const readAddressesOf = rowsBy(addresses, addresses.userId, {
  orderBy: [asc(addresses.createdAt), asc(addresses.id)],
});

/** The address book of each person, oldest first. */
export const addressesOf = defineLoader(async ({ db }: { db: Db }, userIds: readonly string[]) => {
  const rows = await readAddressesOf(db, userIds);
  return Map.groupBy(rows, (row) => row.userId);
});

const owned = (userId: string, addressId: string) => and(eq(addresses.id, addressId), eq(addresses.userId, userId));

/** An address, if it is this person's. */
export async function findAddress(db: Executor, userId: string, addressId: string): Promise<AddressRow | null> {
  const [row] = await db.select().from(addresses).where(owned(userId, addressId));
  return row ?? null;
}

/** How many addresses a person has. */
export const countAddresses = (db: Executor, userId: string): Promise<number> =>
  db.$count(addresses, eq(addresses.userId, userId));

/** Adds an address. */
export async function insertAddress(
  db: Executor,
  row: ValidAddress & { id: string; userId: string; createdAt: Date },
): Promise<AddressRow> {
  const [added] = await db.insert(addresses).values(row).returning();
  if (!added) throw new Error("no address came back");
  return added;
}

/** Replaces an address, if it is this person's. */
export async function replaceAddress(
  db: Executor,
  userId: string,
  addressId: string,
  address: ValidAddress,
): Promise<AddressRow | null> {
  const [row] = await db.update(addresses).set(address).where(owned(userId, addressId)).returning();
  return row ?? null;
}

/** Removes an address, if it is this person's; answers whether it was. */
export async function deleteAddress(db: Executor, userId: string, addressId: string): Promise<boolean> {
  const rows = await db.delete(addresses).where(owned(userId, addressId)).returning({ id: addresses.id });
  return rows.length > 0;
}

/** Empties a person's address book. */
export async function deleteAddressesOf(db: Executor, userId: string): Promise<void> {
  await db.delete(addresses).where(eq(addresses.userId, userId));
}
