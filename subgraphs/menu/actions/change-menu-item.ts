import type { Act } from "../../../kit/access/caller.ts";
import type { Db } from "../../../kit/database/db.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { changeItem, type ItemChanges } from "../db/queries/items.ts";
import type { MemberRole } from "../db/queries/people.ts";
import type { ItemRow } from "../db/tables.ts";
import { notFound, type EditProblem, type FieldCheck } from "../domain/input-rules.ts";
import { publishAudit } from "../events/published.ts";
import { members, owners, ownItem } from "./access.ts";
import { checkItem, checkStock, type ItemDraft } from "./create-menu-item.ts";

/** Changes the given fields of an item for one of the restaurant's owners. */
export const updateMenuItem = (db: Db, act: Act, itemId: string, draft: ItemDraft) =>
  change(db, act, itemId, {
    allowed: owners,
    problem: checkItem(draft),
    action: "menu.item.updated",
    columns: {
      section: draft.section?.trim(),
      name: draft.name?.trim(),
      description: draft.description?.trim(),
      priceMinor: draft.priceMinor ?? undefined,
      taxRateBps: draft.taxRateBps ?? undefined,
    },
  });

/** Takes an item off the menu for good, for one of the restaurant's owners; the row stays for past orders. */
export const deleteMenuItem = (db: Db, act: Act, itemId: string) =>
  change(db, act, itemId, { allowed: owners, action: "menu.item.deleted", columns: { deletedAt: act.now } });

/** Switches an item on or off, for anyone who works at the restaurant. */
export const setItemAvailability = (db: Db, act: Act, itemId: string, available: boolean) =>
  change(db, act, itemId, { allowed: members, action: "menu.item.availability-set", columns: { available } });

/** Sets the portions left (null: unlimited), for anyone who works at the restaurant. Held portions are not in that number. */
export const setStock = (db: Db, act: Act, itemId: string, stock: number | null) =>
  change(db, act, itemId, {
    allowed: members,
    problem: checkStock(stock),
    action: "menu.item.stock-set",
    columns: { stock },
  });

type Change = {
  allowed: readonly MemberRole[];
  problem?: FieldCheck;
  action: string;
  columns: ItemChanges;
};

function change(db: Db, act: Act, itemId: string, wanted: Change): Promise<Result<ItemRow, EditProblem>> {
  return db.transaction(async (tx) => {
    if (!(await ownItem(tx, act, itemId, wanted.allowed))) return err(notFound("item"));
    if (wanted.problem) return err(wanted.problem);
    const row = await changeItem(tx, itemId, wanted.columns);
    if (!row) return err(notFound("item"));
    await publishAudit(tx, act, wanted.action, itemId);
    return ok(row);
  });
}
