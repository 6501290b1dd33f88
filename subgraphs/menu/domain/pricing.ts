/** Prices one line of a basket: item, modifiers and their limits, quantity and stock. */

/** Most of one item in a line. */
const maxQuantity = 99;
/** Most lines in a basket, as in orders. */
export const maxLines = 50;

/** What a line is judged by. */
export type PricedItemFacts = {
  readonly id: string;
  readonly name: string;
  readonly priceMinor: number;
  readonly taxRateBps: number;
  readonly available: boolean;
  /** Portions left; null is unlimited. */
  readonly stock: number | null;
  readonly groups: readonly GroupFacts[];
};

/** A choice of an item: from `minChoices` to `maxChoices` of its modifiers. */
export type GroupFacts = {
  readonly minChoices: number;
  readonly maxChoices: number;
  readonly modifiers: readonly ModifierFacts[];
};

/** One possible choice. */
export type ModifierFacts = {
  readonly id: string;
  readonly name: string;
  readonly priceMinor: number;
  readonly available: boolean;
};

/** A line as asked for. */
export type AskedLine = { readonly itemId: string; readonly quantity: number; readonly modifierIds: readonly string[] };

/** Why a line cannot be sold. */
type LineProblem = "UNKNOWN_ITEM" | "UNAVAILABLE" | "OUT_OF_STOCK" | "MODIFIER_LIMITS" | "BAD_QUANTITY";

/** A line with its price in minor units, or the reason why it cannot be sold. */
export type PricedLine = {
  readonly itemId: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly modifiers: readonly { readonly id: string; readonly name: string; readonly priceMinor: number }[];
  readonly taxRateBps: number;
  readonly problem: LineProblem | null;
};

/** Whether a quantity may be asked for: an integer from 1 to 99. */
export const isQuantity = (quantity: number): boolean =>
  Number.isInteger(quantity) && quantity >= 1 && quantity <= maxQuantity;

/** The modifiers chosen, or null when a limit is broken, one is chosen twice, foreign or switched off. */
export function chooseModifiers(groups: readonly GroupFacts[], modifierIds: readonly string[]): ModifierFacts[] | null {
  const wanted = new Set(modifierIds);
  if (wanted.size !== modifierIds.length) return null;
  const chosen: ModifierFacts[] = [];
  for (const group of groups) {
    const ofGroup = group.modifiers.filter((modifier) => wanted.has(modifier.id));
    if (ofGroup.length < group.minChoices || ofGroup.length > group.maxChoices) return null;
    if (ofGroup.some((modifier) => !modifier.available)) return null;
    chosen.push(...ofGroup);
  }
  return chosen.length === wanted.size ? chosen : null;
}

/** Prices the lines in the order asked; stock is judged over all lines of the same item together. */
export function priceLines(lines: readonly AskedLine[], items: ReadonlyMap<string, PricedItemFacts>): PricedLine[] {
  const asked = new Map<string, number>();
  for (const line of lines) {
    if (isQuantity(line.quantity)) asked.set(line.itemId, (asked.get(line.itemId) ?? 0) + line.quantity);
  }
  return lines.map((line) => priceLine(line, items.get(line.itemId), asked.get(line.itemId) ?? 0));
}

function priceLine(line: AskedLine, item: PricedItemFacts | undefined, askedInAll: number): PricedLine {
  const base = { itemId: line.itemId, quantity: line.quantity };
  if (!item) {
    return { ...base, name: "", unitPriceMinor: 0, modifiers: [], taxRateBps: 0, problem: "UNKNOWN_ITEM" };
  }
  const chosen = chooseModifiers(item.groups, line.modifierIds);
  const modifiers = (chosen ?? []).map(({ id, name, priceMinor }) => ({ id, name, priceMinor }));
  const unitPriceMinor = modifiers.reduce((sum, modifier) => sum + modifier.priceMinor, item.priceMinor);
  const problem = problemOf(line, item, askedInAll, chosen !== null);
  return { ...base, name: item.name, unitPriceMinor, modifiers, taxRateBps: item.taxRateBps, problem };
}

function problemOf(line: AskedLine, item: PricedItemFacts, askedInAll: number, chosen: boolean): LineProblem | null {
  if (!isQuantity(line.quantity)) return "BAD_QUANTITY";
  if (!item.available) return "UNAVAILABLE";
  if (!chosen) return "MODIFIER_LIMITS";
  if (item.stock !== null && item.stock < askedInAll) return "OUT_OF_STOCK";
  return null;
}
