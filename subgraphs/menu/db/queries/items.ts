import { and, asc, count, eq, isNull, max } from "drizzle-orm";
import { type Executor, type Tx } from "../../../../kit/database/db.ts";
import { rowsBy } from "../../../../kit/database/rows-by.ts";
import { menuItems, modifierGroups, modifiers, type GroupRow, type ItemRow, type ModifierRow } from "../tables.ts";

const readItemsById = rowsBy(menuItems, menuItems.id);

/** Items by id, those taken off the menu included; unknown and malformed ids are missing from the map. */
export async function itemsById(db: Executor, ids: readonly string[]): Promise<Map<string, ItemRow>> {
  const rows = await readItemsById(db, ids);
  return new Map(rows.map((row) => [row.id, row]));
}

const readItemsByRestaurant = rowsBy(menuItems, menuItems.restaurantId, {
  where: isNull(menuItems.deletedAt),
  orderBy: [asc(menuItems.position), asc(menuItems.id)],
});

/** Items on the menus of restaurants, in the owner's order. */
export async function itemsByRestaurant(db: Executor, ids: readonly string[]): Promise<Map<string, ItemRow[]>> {
  const rows = await readItemsByRestaurant(db, ids);
  return Map.groupBy(rows, (row) => row.restaurantId);
}

const readGroupsById = rowsBy(modifierGroups, modifierGroups.id);

/** Choices by id. */
export async function groupsById(db: Executor, ids: readonly string[]): Promise<Map<string, GroupRow>> {
  const rows = await readGroupsById(db, ids);
  return new Map(rows.map((row) => [row.id, row]));
}

const readGroupsByItem = rowsBy(modifierGroups, modifierGroups.itemId, {
  orderBy: [asc(modifierGroups.position), asc(modifierGroups.id)],
});

/** Choices by item, in the owner's order. */
export async function groupsByItem(db: Executor, itemIds: readonly string[]): Promise<Map<string, GroupRow[]>> {
  const rows = await readGroupsByItem(db, itemIds);
  return Map.groupBy(rows, (row) => row.itemId);
}

const readModifiersById = rowsBy(modifiers, modifiers.id);

/** Modifiers by id. */
export async function modifiersById(db: Executor, ids: readonly string[]): Promise<Map<string, ModifierRow>> {
  const rows = await readModifiersById(db, ids);
  return new Map(rows.map((row) => [row.id, row]));
}

const readModifiersByGroup = rowsBy(modifiers, modifiers.groupId, {
  orderBy: [asc(modifiers.position), asc(modifiers.id)],
});

/** Modifiers by choice, in the owner's order. */
export async function modifiersByGroup(db: Executor, groupIds: readonly string[]): Promise<Map<string, ModifierRow[]>> {
  const rows = await readModifiersByGroup(db, groupIds);
  return Map.groupBy(rows, (row) => row.groupId);
}

/** How many items are on a restaurant's menu, and the place after its last. */
export async function menuSize(tx: Tx, restaurantId: string): Promise<{ items: number; nextPosition: number }> {
  const [row] = await tx
    .select({ items: count(), last: max(menuItems.position) })
    .from(menuItems)
    .where(and(eq(menuItems.restaurantId, restaurantId), isNull(menuItems.deletedAt)));
  return { items: row?.items ?? 0, nextPosition: (row?.last ?? -1) + 1 };
}

/** Adds an item. */
export async function insertItem(tx: Tx, row: typeof menuItems.$inferInsert): Promise<ItemRow> {
  const [inserted] = await tx.insert(menuItems).values(row).returning();
  if (!inserted) throw new Error("no row came back");
  return inserted;
}

/** Columns to change; undefined leaves one as it is. */
export type ItemChanges = { readonly [Column in keyof ItemRow]?: ItemRow[Column] | undefined };

/** Changes the given columns of an item on the menu; null when there is none. */
export async function changeItem(tx: Tx, id: string, changes: ItemChanges): Promise<ItemRow | null> {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const onMenu = and(eq(menuItems.id, id), isNull(menuItems.deletedAt));
  if (Object.keys(given).length === 0) return (await tx.select().from(menuItems).where(onMenu))[0] ?? null;
  const [row] = await tx.update(menuItems).set(given).where(onMenu).returning();
  return row ?? null;
}

/** Locks an item until the transaction ends: one edit of its choices at a time. */
export async function lockItem(tx: Tx, id: string): Promise<void> {
  await tx.select({ id: menuItems.id }).from(menuItems).where(eq(menuItems.id, id)).for("update");
}

/** A choice to write, with its modifiers in order. */
export type GroupToWrite = Omit<GroupRow, "position"> & { modifiers: Omit<ModifierRow, "groupId" | "position">[] };

/** Adds a choice at the end of its item's. */
export async function insertGroup(tx: Tx, { modifiers: choices, ...group }: GroupToWrite): Promise<void> {
  const [last] = await tx
    .select({ position: max(modifierGroups.position) })
    .from(modifierGroups)
    .where(eq(modifierGroups.itemId, group.itemId));
  await tx.insert(modifierGroups).values({ ...group, position: (last?.position ?? -1) + 1 });
  await insertModifiers(tx, group.id, choices);
}

/** Replaces a choice and its modifiers; false when somebody took it off meanwhile. */
export async function replaceGroup(tx: Tx, { modifiers: choices, id, ...group }: GroupToWrite): Promise<boolean> {
  const [row] = await tx.update(modifierGroups).set(group).where(eq(modifierGroups.id, id)).returning();
  if (!row) return false;
  await tx.delete(modifiers).where(eq(modifiers.groupId, id));
  await insertModifiers(tx, id, choices);
  return true;
}

async function insertModifiers(tx: Tx, groupId: string, choices: GroupToWrite["modifiers"]): Promise<void> {
  await tx.insert(modifiers).values(choices.map((choice, position) => ({ ...choice, groupId, position })));
}

/** Takes a choice off its item. */
export async function deleteGroup(tx: Tx, id: string): Promise<void> {
  await tx.delete(modifierGroups).where(eq(modifierGroups.id, id));
}
