import type { Act } from "../../../kit/access/caller.ts";
import type { Db } from "../../../kit/database/db.ts";
import { newId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { insertItem, menuSize } from "../db/queries/items.ts";
import { lockRestaurant } from "../db/queries/restaurants.ts";
import type { ItemRow } from "../db/tables.ts";
import {
  checkInteger,
  checkPrice,
  checkText,
  firstProblem,
  invalid,
  notFound,
  type EditProblem,
  type FieldCheck,
} from "../domain/input-rules.ts";
import { publishAudit } from "../events/published.ts";
import { owners, ownRestaurant } from "./access.ts";

/** Most items on one menu. */
const maxItems = 300;

/** What an owner may write of an item; left out or null is not checked. */
export type ItemDraft = {
  readonly section?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly priceMinor?: number | null | undefined;
  readonly taxRateBps?: number | null | undefined;
};

/** Checks the given fields of an item. */
export const checkItem = (draft: ItemDraft): FieldCheck =>
  firstProblem([
    checkText("input.section", draft.section, 1, 80),
    checkText("input.name", draft.name, 1, 120),
    checkText("input.description", draft.description, 0, 2000),
    checkPrice("input.priceMinor", draft.priceMinor),
    checkInteger("input.taxRateBps", draft.taxRateBps, 0, 5000),
  ]);

/** Portions left: 0 to 1,000,000, or null for unlimited. */
export const checkStock = (stock: number | null): FieldCheck => checkInteger("input.stock", stock, 0, 1_000_000);

/** An item to add. */
export type NewItem = {
  readonly restaurantId: string;
  readonly section: string;
  readonly name: string;
  readonly description: string;
  readonly priceMinor: number;
  readonly taxRateBps: number;
  readonly stock: number | null;
};

/** Adds an item at the end of the menu for one of the restaurant's owners. */
export async function createMenuItem(db: Db, act: Act, draft: NewItem): Promise<Result<ItemRow, EditProblem>> {
  return db.transaction(async (tx) => {
    if (!(await ownRestaurant(tx, act, draft.restaurantId, owners))) return err(notFound("restaurant"));
    const problem = checkItem(draft) ?? checkStock(draft.stock);
    if (problem) return err(problem);
    await lockRestaurant(tx, draft.restaurantId);
    const size = await menuSize(tx, draft.restaurantId);
    if (size.items >= maxItems) return err(invalid("input.restaurantId", `The menu holds ${maxItems} items already.`));
    const row = await insertItem(tx, {
      ...draft,
      id: newId("itm"),
      section: draft.section.trim(),
      name: draft.name.trim(),
      description: draft.description.trim(),
      position: size.nextPosition,
      createdAt: act.now,
    });
    await publishAudit(tx, act, "menu.item.created", row.id);
    return ok(row);
  });
}
