import type { Act } from "../../../kit/access/caller.ts";
import type { Db } from "../../../kit/database/db.ts";
import { newId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { deleteGroup, groupsById, groupsByItem, insertGroup, lockItem, replaceGroup } from "../db/queries/items.ts";
import type { GroupRow, ItemRow } from "../db/tables.ts";
import { checkGroup, invalid, notFound, type EditProblem } from "../domain/input-rules.ts";
import { publishAudit } from "../events/published.ts";
import { ownGroup, ownItem, owners } from "./access.ts";

/** Most choices of one item. */
const maxGroups = 20;

/** A choice as an owner writes it. */
export type NewGroup = {
  readonly name: string;
  readonly minChoices: number;
  readonly maxChoices: number;
  readonly modifiers: readonly { readonly name: string; readonly priceMinor: number; readonly available: boolean }[];
};

/** A choice with the item it belongs to. */
export type GroupOfItem = { readonly group: GroupRow; readonly item: ItemRow };

const rowsOf = (id: string, itemId: string, draft: NewGroup) => ({
  id,
  itemId,
  name: draft.name.trim(),
  minChoices: draft.minChoices,
  maxChoices: draft.maxChoices,
  modifiers: draft.modifiers.map((modifier) => ({ ...modifier, id: newId("mod"), name: modifier.name.trim() })),
});

/** Adds a choice to an item for one of the restaurant's owners. */
export async function createModifierGroup(
  db: Db,
  act: Act,
  itemId: string,
  draft: NewGroup,
): Promise<Result<GroupOfItem, EditProblem>> {
  return db.transaction(async (tx) => {
    const item = await ownItem(tx, act, itemId, owners);
    if (!item) return err(notFound("item"));
    const problem = checkGroup(draft);
    if (problem) return err(problem);
    await lockItem(tx, itemId);
    const held = (await groupsByItem(tx, [itemId])).get(itemId)?.length ?? 0;
    if (held >= maxGroups) return err(invalid("input.itemId", `The item has ${maxGroups} choices already.`));
    const id = newId("mgr");
    await insertGroup(tx, rowsOf(id, itemId, draft));
    await publishAudit(tx, act, "menu.modifier-group.created", id);
    const group = (await groupsById(tx, [id])).get(id);
    return group ? ok({ group, item }) : err(notFound("modifier group"));
  });
}

/** Replaces a choice and its modifiers for one of the restaurant's owners; quotes made before keep theirs. */
export async function updateModifierGroup(
  db: Db,
  act: Act,
  groupId: string,
  draft: NewGroup,
): Promise<Result<GroupOfItem, EditProblem>> {
  return db.transaction(async (tx) => {
    const own = await ownGroup(tx, act, groupId);
    if (!own) return err(notFound("modifier group"));
    const problem = checkGroup(draft);
    if (problem) return err(problem);
    if (!(await replaceGroup(tx, rowsOf(groupId, own.item.id, draft)))) return err(notFound("modifier group"));
    await publishAudit(tx, act, "menu.modifier-group.updated", groupId);
    const group = (await groupsById(tx, [groupId])).get(groupId);
    return group ? ok({ group, item: own.item }) : err(notFound("modifier group"));
  });
}

/** Takes a choice off its item for one of the restaurant's owners; returns the item. */
export async function deleteModifierGroup(db: Db, act: Act, groupId: string): Promise<Result<ItemRow, EditProblem>> {
  return db.transaction(async (tx) => {
    const own = await ownGroup(tx, act, groupId);
    if (!own) return err(notFound("modifier group"));
    await deleteGroup(tx, groupId);
    await publishAudit(tx, act, "menu.modifier-group.deleted", groupId);
    return ok(own.item);
  });
}
