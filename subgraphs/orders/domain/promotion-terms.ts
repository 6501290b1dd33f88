/** What may be promised: the rules of a promotion's terms, its code and its window. */
import { err, ok, type Result } from "../../../kit/result.ts";
import { maxAmountMinor } from "./pricing.ts";
import type { PromotionKind, PromotionTerms } from "./promotions.ts";
import type { RequestProblem } from "./quote.ts";

/** Most dishes of an item promotion. */
export const maxPromotionItems = 50;

/** The terms that cost money; they are fixed once the promotion was redeemed. */
export type MoneyTerms = Pick<
  PromotionTerms,
  | "kind"
  | "percentBps"
  | "amountMinor"
  | "capMinor"
  | "itemIds"
  | "minimumBasketMinor"
  | "firstOrderOnly"
  | "restaurantShareBps"
>;

/** A code as it is compared and stored: compatibility forms folded, upper case, without blanks and hyphens. */
export const normaliseCode = (code: string): string =>
  code.slice(0, 100).normalize("NFKC").replaceAll(/[\s-]/gu, "").toUpperCase();

/** Whether a normalised code may be given out: 4 to 20 letters A to Z and digits. */
export const isCode = (code: string): boolean => /^[A-Z0-9]{4,20}$/.test(code);

const isBetween = (value: number, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= least && value <= most;

const problem = (field: string, message: string): RequestProblem => ({ field, message });

/** What each kind needs of percentBps, amountMinor, itemIds, and whether it may have a cap. */
const shapes: Record<PromotionKind, { percent: boolean; amount: boolean; items: boolean; cap: boolean }> = {
  PERCENT: { percent: true, amount: false, items: false, cap: true },
  FIXED: { percent: false, amount: true, items: false, cap: false },
  FREE_DELIVERY: { percent: false, amount: false, items: false, cap: true },
  ITEM: { percent: true, amount: false, items: true, cap: true },
};

/** The first rule that the money terms break; null when they keep them. */
export function checkMoneyTerms(terms: MoneyTerms): RequestProblem | null {
  const { kind, percentBps, amountMinor, capMinor, itemIds } = terms;
  const shape = shapes[kind];
  if (shape.percent !== (percentBps !== null))
    return problem("percentBps", shape.percent ? "Say which share." : "This kind takes no share.");
  if (shape.amount !== (amountMinor !== null))
    return problem("amountMinor", shape.amount ? "Say which amount." : "This kind takes no amount.");
  if (shape.items !== (itemIds !== null))
    return problem("itemIds", shape.items ? "Say which dishes." : "This kind takes no dishes.");
  if (!shape.cap && capMinor !== null) return problem("capMinor", "This kind takes no cap.");
  if (percentBps !== null && !isBetween(percentBps, 1, 10_000))
    return problem("percentBps", "From 1 to 10,000 basis points.");
  if (amountMinor !== null && !isBetween(amountMinor, 1, maxAmountMinor))
    return problem("amountMinor", "The amount is out of range.");
  if (capMinor !== null && !isBetween(capMinor, 1, maxAmountMinor))
    return problem("capMinor", "The cap is out of range.");
  if (itemIds !== null && !isBetween(itemIds.length, 1, maxPromotionItems))
    return problem("itemIds", `From 1 to ${maxPromotionItems} dishes.`);
  if (!isBetween(terms.minimumBasketMinor, 0, maxAmountMinor))
    return problem("minimumBasketMinor", "The minimum is out of range.");
  if (!isBetween(terms.restaurantShareBps, 0, 10_000))
    return problem("restaurantShareBps", "From 0 to 10,000 basis points.");
  return null;
}

/** The first rule that name or limits break; null when they keep them. */
export function checkOffer(offer: {
  name: string;
  limitTotal: number | null;
  limitPerUser: number | null;
}): RequestProblem | null {
  if (offer.name.length < 1 || offer.name.length > 80) return problem("name", "From 1 to 80 characters.");
  for (const field of ["limitTotal", "limitPerUser"] as const) {
    const limit = offer[field];
    if (limit !== null && !isBetween(limit, 1, 1_000_000_000)) return problem(field, "From 1 to 1,000,000,000.");
  }
  return null;
}

/** From when until when, as wall-clock time of a place. */
export type Window = { from: string; until: string | null; timeZone: string };

/**
 * The instants of a window. A time that clocks skip counts as the one after; of a time that they show twice the window has both:
 * it begins at the first and ends at the second.
 */
export function windowOf(window: Window): Result<{ startsAt: Date; endsAt: Date | null }, RequestProblem> {
  if (!isZone(window.timeZone)) return err(problem("timeZone", "That is no IANA time zone."));
  const startsAt = instantOf(window.from, window.timeZone, "compatible");
  if (startsAt === null) return err(problem("from", "Write the time as 2026-12-31T18:00."));
  const endsAt = window.until === null ? null : instantOf(window.until, window.timeZone, "later");
  if (window.until !== null && endsAt === null) return err(problem("until", "Write the time as 2026-12-31T18:00."));
  if (endsAt !== null && endsAt <= startsAt) return err(problem("until", "The end comes after the beginning."));
  return ok({ startsAt, endsAt });
}

function isZone(timeZone: string): boolean {
  try {
    Temporal.PlainDateTime.from("2000-01-01T00:00").toZonedDateTime(timeZone);
    // An offset such as +07:00 is no place: its clocks never change.
    return /^[A-Za-z]/.test(timeZone);
  } catch {
    return false;
  }
}

function instantOf(local: string, timeZone: string, disambiguation: "compatible" | "later"): Date | null {
  if (!/^20\d\d-\d\d-\d\dT\d\d:\d\d$/.test(local)) return null;
  try {
    const zoned = Temporal.PlainDateTime.from(local, { overflow: "reject" }).toZonedDateTime(timeZone, {
      disambiguation,
    });
    return new Date(zoned.epochMilliseconds);
  } catch {
    return null;
  }
}
