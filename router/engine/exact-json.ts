/**
 * Numbers as they were written. JSON.parse makes doubles of them: from 2^53 on integers are rounded, long decimals are cut, 1e400
 * becomes infinite and -0 is written as 0. A number that would not come out as it went in is kept as `JSON.rawJSON`, which
 * JSON.stringify writes as it was. That takes a slow parse, so a quick look decides first whether a text needs it.
 */

type RawNumber = { readonly rawJSON: string };
type ExactJson = {
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
};
const { rawJSON, isRawJSON, parse } = JSON as unknown as ExactJson;

/** Whether a value of parsed JSON is a number that only its text holds. */
export const isRawNumber = isRawJSON;

/** What of an answer depends on the text of its numbers: nothing, whole numbers as IDs, or values of custom scalars. */
export type NumberCare = 0 | 1 | 2;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Digits that a double holds of any integer. */
const safeDigits = 15;

/** Whether a text has more digits in a row than a double is sure to hold; every run as long covers one of the places looked at. */
function hasLongNumber(text: string): boolean {
  for (let i = safeDigits; i < text.length; i += safeDigits + 1) {
    if (!isDigit(text.charCodeAt(i))) continue;
    let first = i;
    while (isDigit(text.charCodeAt(first - 1))) first--;
    let end = i + 1;
    while (isDigit(text.charCodeAt(end))) end++;
    if (end - first > safeDigits) return true;
  }
  return false;
}

/** What may be a number that JSON.parse changes: a long one, one with an exponent, or negative zero. */
const changed = /[:,[]\s*(?:-?\d(?:[\d.]{15}|[\d.]*[eE])|-0(?![.\d]))/;

/** The value of a JSON text, with every number as it was written. Throws SyntaxError as JSON.parse does. */
const parseExactly = (text: string): unknown =>
  parse(text, (_key, value, { source }) =>
    typeof value === "number" && source !== undefined && String(value) !== source ? rawJSON(source) : value,
  );

/** The value of a JSON text, with numbers as exact as `care` asks for; JSON.parse's where they are so anyway. */
export function parseJson(text: string, care: NumberCare): unknown {
  const isExact = care === 0 || (care === 1 ? !hasLongNumber(text) : !changed.test(text));
  return isExact ? JSON.parse(text) : parseExactly(text);
}

/** The errors of an answer that was read with `care`: extensions may hold any number. */
export function exactErrors(text: string, errors: readonly unknown[], care: NumberCare): readonly unknown[] {
  if (care === 2 || errors.length === 0 || !changed.test(text)) return errors;
  return (parseExactly(text) as { errors: unknown[] }).errors;
}

/** A raw number as the double nearest to it; any other value as it is. */
export const asDouble = (value: unknown): unknown => (isRawJSON(value) ? Number(value.rawJSON) : value);

const exactVariables = new WeakMap<object, Record<string, unknown>>();

/** Notes how the numbers in a request's variables were written; `text` is the JSON whose member `variables` they are, or their own. */
export function noteVariables(variables: unknown, text: string, isWhole: boolean): void {
  if (typeof variables !== "object" || variables === null || !changed.test(text)) return;
  const value = parseExactly(text) as Record<string, unknown>;
  exactVariables.set(variables, (isWhole ? value["variables"] : value) as Record<string, unknown>);
}

/** The variables as they were written, where that was noted. */
export const asWritten = (variables: Record<string, unknown>): Record<string, unknown> =>
  exactVariables.get(variables) ?? variables;
