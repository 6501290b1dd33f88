/** Making, changing and ending promotions: owners at their restaurant's own cost, administrators all, audited. */
import type { Executor, Tx } from "../../../kit/database/db.ts";
import { isId, newId } from "../../../kit/id.ts";
import { isTraded } from "../../../kit/money.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import { inTransaction } from "../db/changes.ts";
import { insertPromotion, lockPromotion, patchPromotion, promotionsByIds } from "../db/promotions.ts";
import { isOwner } from "../db/queries.ts";
import type { PromotionRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import {
  checkMoneyTerms,
  checkOffer,
  isCode,
  maxPromotionItems,
  normaliseCode,
  windowOf,
  type MoneyTerms,
  type Window,
} from "../domain/promotion-terms.ts";
import type { RequestProblem } from "../domain/quote.ts";
import { priceItems, unknownToMenu } from "./ask.ts";
import { audit } from "./audit.ts";
import type { Asker } from "./quote-cart.ts";

export type PromotionRefusal =
  | { tag: "NOT_FOUND" }
  | ({ tag: "INVALID" } & RequestProblem)
  | { tag: "CODE_TAKEN" }
  | { tag: "FIXED"; promotion: PromotionRow; why: "REDEEMED" | "ENDED" };

/** The owner of a restaurant, or an administrator. */
export type Editor = Asker & { isAdmin: boolean };

export type NewPromotion = {
  restaurantId: string | null;
  name: string;
  code: string | null;
  currency: string;
  terms: MoneyTerms;
  window: Window;
  limitTotal: number | null;
  limitPerUser: number | null;
};

const invalid = (problem: RequestProblem) => err({ tag: "INVALID" as const, ...problem });

/** Amounts lie in the input's `terms`. */
const within = ({ field, message }: RequestProblem, input: string): RequestProblem => ({
  field: field === "restaurantShareBps" ? field : `${input}.${field}`,
  message,
});

const noDish = (index: number) => ({
  field: `itemIds.${index}`,
  message: "That is not a dish of the promotion's place.",
});

function checkItems({ itemIds }: Pick<MoneyTerms, "itemIds">): RequestProblem | null {
  const odd = itemIds?.findIndex((id) => !isId("itm", id)) ?? -1;
  return odd >= 0 ? noDish(odd) : null;
}

/** Whether the dishes are on the restaurant's menu, or on any for a promotion that is for everywhere; what stands against it, or null. */
async function checkDishes(
  deps: Deps,
  { traceId }: Editor,
  restaurantId: string | null,
  itemIds: readonly string[] | null,
): Promise<PromotionRefusal | null> {
  if (itemIds === null || itemIds.length === 0) return null;
  const unknown = await unknownToMenu({ ...deps, traceId }, { restaurantId, itemIds: [...itemIds] });
  const missing = itemIds.findIndex((id) => unknown.itemIds.has(id));
  return missing >= 0 ? { tag: "INVALID", ...within(noDish(missing), "terms") } : null;
}

const noCurrency = { field: "currency", message: "Not the code of a currency that the platform trades in." };

/** A promotion is in its restaurant's currency, which menu knows; what stands against it, or null. */
async function checkRestaurant(
  deps: Deps,
  { traceId }: Editor,
  { restaurantId, currency }: NewPromotion,
): Promise<PromotionRefusal | null> {
  if (restaurantId === null) return null;
  const at = deps.clock.now().toISOString();
  const restaurant = await priceItems({ ...deps, traceId }, { restaurantId, at, lines: [] });
  if (restaurant === null) return { tag: "NOT_FOUND" };
  if (restaurant.currency === currency) return null;
  return { tag: "INVALID", field: "currency", message: `The restaurant's prices are in ${restaurant.currency}.` };
}

/**
 * Makes a promotion. An owner's must be borne by their own restaurant; for all others that restaurant does not exist.
 * Throws SUBGRAPH_UNAVAILABLE, with nothing stored, when menu is away.
 */
export async function createPromotion(
  deps: Deps,
  editor: Editor,
  wanted: NewPromotion,
): Promise<Result<PromotionRow, PromotionRefusal>> {
  const { restaurantId, terms, limitTotal, limitPerUser, currency } = wanted;
  const offer = { name: wanted.name.trim(), limitTotal, limitPerUser };
  const problem = checkOffer(offer) ?? (isTraded(currency) ? null : noCurrency);
  if (problem !== null) return invalid(problem);
  const ofTerms = checkItems(terms) ?? checkMoneyTerms(terms);
  if (ofTerms !== null) return invalid(within(ofTerms, "terms"));
  const window = windowOf(wanted.window);
  if (!window.ok) return invalid(within(window.error, "window"));
  const code = wanted.code === null ? null : normaliseCode(wanted.code);
  if (code !== null && !isCode(code)) return invalid({ field: "code", message: "4 to 20 letters A to Z and digits." });
  if (restaurantId !== null && !isId("rst", restaurantId)) return err({ tag: "NOT_FOUND" });
  if (restaurantId === null && terms.restaurantShareBps > 0)
    return invalid({ field: "restaurantShareBps", message: "Nobody but the platform bears what is for everywhere." });
  if (!editor.isAdmin && (restaurantId === null || !(await isOwner(deps.db, editor.userId, restaurantId))))
    return err({ tag: "NOT_FOUND" });
  const refusal =
    (await checkRestaurant(deps, editor, wanted)) ?? (await checkDishes(deps, editor, restaurantId, terms.itemIds));
  if (refusal !== null) return err(refusal);
  const now = deps.clock.now();
  return inTransaction(deps.db, async (tx) => {
    // Looked at again: the membership may have ended while menu was asked.
    if (!editor.isAdmin && (restaurantId === null || !(await isOwner(tx, editor.userId, restaurantId))))
      return err({ tag: "NOT_FOUND" });
    const { timeZone } = wanted.window;
    const rest = { restaurantId, code, currency, timeZone, active: true, createdAt: now };
    const stored = await insertPromotion(tx, { id: newId("prm"), ...offer, ...terms, ...window.value, ...rest });
    if (stored === null) return err({ tag: "CODE_TAKEN" });
    await note(tx, editor, "promotion.create", stored, now);
    return ok(stored);
  });
}

/** What to change; what is left out stays. `terms` keep their funding. */
export type PromotionChange = {
  name?: string;
  active?: boolean;
  until?: string | null;
  limitTotal?: number | null;
  limitPerUser?: number | null;
  terms?: Omit<MoneyTerms, "restaurantShareBps">;
};

/**
 * Changes a promotion; what it takes off is fixed once it was redeemed, and all of it once it was ended. Throws
 * SUBGRAPH_UNAVAILABLE, with nothing changed, when menu is away and dishes are named.
 */
export async function updatePromotion(deps: Deps, editor: Editor, promotionId: string, change: PromotionChange) {
  const itemIds = change.terms?.itemIds ?? null;
  if (itemIds === null || !isId("prm", promotionId)) return changePromotion(deps, editor, promotionId, change);
  const odd = checkItems({ itemIds });
  if (odd !== null || itemIds.length > maxPromotionItems) return changePromotion(deps, editor, promotionId, change);
  const known = (await promotionsByIds(deps.db, [promotionId])).get(promotionId);
  // The restaurant of a promotion never changes, so what the menu says holds when the row is locked.
  const mayEdit = known !== undefined && (editor.isAdmin || (await bearsIt(deps.db, editor, known)));
  const refusal = mayEdit ? await checkDishes(deps, editor, known.restaurantId, itemIds) : null;
  return refusal === null ? changePromotion(deps, editor, promotionId, change) : err(refusal);
}

const changePromotion = (deps: Deps, editor: Editor, promotionId: string, change: PromotionChange) =>
  editing(deps, editor, promotionId, async (tx, row, now) => {
    const { terms, until, ...patch } = change;
    if (row.endedAt !== null) return err({ tag: "FIXED", promotion: row, why: "ENDED" });
    if (terms !== undefined && row.everRedeemed) return err({ tag: "FIXED", promotion: row, why: "REDEEMED" });
    const money = { ...row, ...terms };
    const ofTerms = checkItems(money) ?? checkMoneyTerms(money);
    if (ofTerms !== null) return invalid(within(ofTerms, "terms"));
    const offer = { ...row, ...patch, name: (patch.name ?? row.name).trim() };
    const problem = checkOffer(offer);
    if (problem !== null) return invalid(problem);
    if (offer.limitTotal !== null && offer.limitTotal < row.redeemed)
      return invalid({ field: "limitTotal", message: `It is redeemed ${row.redeemed} times already.` });
    const endsAt = endOf(row, until);
    if (!endsAt.ok) return invalid(endsAt.error);
    const changed = { ...patch, name: offer.name, ...terms, endsAt: endsAt.value };
    const stored = await patchPromotion(tx, row.id, changed);
    await note(tx, editor, "promotion.update", stored, now);
    return ok(stored);
  });

/** Ends a promotion for good; ending it again changes nothing. */
export const endPromotion = (deps: Deps, editor: Editor, promotionId: string) =>
  editing(deps, editor, promotionId, async (tx, row, now) => {
    if (row.endedAt !== null) return ok(row);
    const stored = await patchPromotion(tx, row.id, { endedAt: now, active: false });
    await note(tx, editor, "promotion.end", stored, now);
    return ok(stored);
  });

type Edit = (tx: Tx, row: PromotionRow, now: Date) => Promise<Result<PromotionRow, PromotionRefusal>>;

async function editing(deps: Deps, editor: Editor, promotionId: string, edit: Edit) {
  if (!isId("prm", promotionId)) return err({ tag: "NOT_FOUND" as const });
  return inTransaction(deps.db, async (tx) => {
    const row = await lockPromotion(tx, promotionId);
    if (row === null || !(editor.isAdmin || (await bearsIt(tx, editor, row))))
      return err({ tag: "NOT_FOUND" as const });
    return edit(tx, row, deps.clock.now());
  });
}

const bearsIt = async (tx: Executor, { userId }: Editor, { restaurantId, restaurantShareBps }: PromotionRow) =>
  restaurantId !== null && restaurantShareBps === 10_000 && (await isOwner(tx, userId, restaurantId));

function endOf(row: PromotionRow, until: string | null | undefined): Result<Date | null, RequestProblem> {
  if (until == null) return ok(until === null ? null : row.endsAt);
  const from = Temporal.Instant.fromEpochMilliseconds(row.startsAt.getTime())
    .toZonedDateTimeISO(row.timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: "minute" });
  const window = windowOf({ from, until, timeZone: row.timeZone });
  return window.ok ? ok(window.value.endsAt) : window;
}

/** Owners act for themselves; what administrators do is on record. */
async function note(tx: Tx, editor: Editor, action: string, row: PromotionRow, now: Date): Promise<void> {
  if (!editor.isAdmin) return;
  const { id: subjectId, kind, restaurantId, restaurantShareBps, limitTotal, limitPerUser, active } = row;
  const detail = { kind, restaurantId, restaurantShareBps, limitTotal, limitPerUser, active };
  await audit(tx, { action, subjectId, detail }, { actorId: editor.userId, now, traceId: editor.traceId });
}
