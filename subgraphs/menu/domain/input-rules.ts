/** Limits of what people may write, checked field by field. */
import { isOnEarth, type Point } from "./geo.ts";

/** An expected refusal of an edit: not there (or not the caller's), or a field that breaks a rule. */
export type EditProblem =
  | { readonly tag: "NOT_FOUND"; readonly what: string }
  | { readonly tag: "INVALID"; readonly field: string; readonly message: string };

/** A check of one field: null when it holds or the value is left out. */
export type FieldCheck = EditProblem | null;

/** A refusal of one field. */
export const invalid = (field: string, message: string): EditProblem => ({ tag: "INVALID", field, message });

/** Something that is not there, or not the caller's: both answer alike. */
export const notFound = (what: string): EditProblem => ({ tag: "NOT_FOUND", what });

/** Text of `min` to `max` characters once trimmed, without control characters other than line breaks. */
export function checkText(field: string, value: string | null | undefined, min: number, max: number): FieldCheck {
  if (value == null) return null;
  const length = value.trim().length;
  if (length < min || length > max) return invalid(field, `Write ${min} to ${max} characters.`);
  return /\p{Cc}/u.test(value.replaceAll("\n", "")) ? invalid(field, "Control characters are not allowed.") : null;
}

/** An integer from `min` to `max`. */
export function checkInteger(field: string, value: number | null | undefined, min: number, max: number): FieldCheck {
  if (value == null) return null;
  if (Number.isSafeInteger(value) && value >= min && value <= max) return null;
  return invalid(field, `Give an integer from ${min} to ${max}.`);
}

/** Largest price in minor units: enough for any dish, small enough for any sum of a basket. */
const maxPriceMinor = 100_000_000_000;

/** A price from 0. */
export const checkPrice = (field: string, value: number | null | undefined): FieldCheck =>
  checkInteger(field, value, 0, maxPriceMinor);

/** A point on Earth. */
export const checkPoint = (field: string, value: Point | null | undefined): FieldCheck =>
  value == null || isOnEarth(value) ? null : invalid(field, "Not a point on Earth.");

/** From 1 to 8 different cuisines of 1 to 40 characters. */
export function checkCuisines(field: string, value: readonly string[] | null | undefined): FieldCheck {
  if (value == null) return null;
  if (value.length < 1 || value.length > 8) return invalid(field, "Give 1 to 8 cuisines.");
  if (new Set(value.map((each) => each.trim().toLowerCase())).size < value.length) {
    return invalid(field, "A cuisine is given twice.");
  }
  return firstProblem(value.map((cuisine, index) => checkText(`${field}.${index}`, cuisine, 1, 40)));
}

/** The first check that failed; null when all hold. */
export const firstProblem = (checks: readonly FieldCheck[]): FieldCheck =>
  checks.find((check) => check !== null) ?? null;

/** A choice as an owner writes it. */
export type GroupDraft = {
  readonly name: string;
  readonly minChoices: number;
  readonly maxChoices: number;
  readonly modifiers: readonly { readonly name: string; readonly priceMinor: number }[];
};

/** A choice of 1 to 50 modifiers, of which between `minChoices` and `maxChoices` are chosen. */
export function checkGroup(group: GroupDraft): FieldCheck {
  const count = group.modifiers.length;
  if (count < 1 || count > 50) return invalid("input.modifiers", "Give 1 to 50 modifiers.");
  return firstProblem([
    checkText("input.name", group.name, 1, 80),
    checkInteger("input.minChoices", group.minChoices, 0, count),
    checkInteger("input.maxChoices", group.maxChoices, Math.max(group.minChoices, 1), count),
    ...group.modifiers.flatMap((modifier, index) => [
      checkText(`input.modifiers.${index}.name`, modifier.name, 1, 80),
      checkPrice(`input.modifiers.${index}.priceMinor`, modifier.priceMinor),
    ]),
  ]);
}
