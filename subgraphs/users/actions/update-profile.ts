/** Changes of what a person says about themselves. */
import { personOf } from "../../../kit/access/caller.ts";
import { graphqlError } from "../../../kit/errors.ts";
import { ok, type Result } from "../../../kit/result.ts";
import type { Context } from "../deps.ts";
import { changeUser } from "../db/queries.ts";
import type { UserRow } from "../db/tables.ts";
import { parseLanguage, parsePhone, parseText, type InvalidField } from "../domain/account.ts";

type Given<T> = T | null | undefined;

/** Applies `change` to the caller. Throws UNAUTHENTICATED when the account is gone. */
async function changeCaller(context: Context, change: Partial<UserRow>): Promise<UserRow> {
  const row = await changeUser(context.db, personOf(context).userId, { ...change, updatedAt: context.clock.now() });
  if (!row) throw graphqlError("UNAUTHENTICATED");
  return row;
}

/** Changes name and phone; undefined leaves, a null phone removes. */
export async function updateProfile(
  context: Context,
  input: { displayName?: Given<string>; phone?: Given<string> },
): Promise<Result<UserRow, InvalidField>> {
  const change: Partial<UserRow> = {};
  if (input.displayName !== null && input.displayName !== undefined) {
    const name = parseText(input.displayName, "displayName", 1, 60);
    if (!name.ok) return name;
    change.displayName = name.value;
  }
  if (input.phone !== undefined) {
    const phone = input.phone === null ? ok(null) : parsePhone(input.phone);
    if (!phone.ok) return phone;
    change.phone = phone.value;
  }
  return ok(await changeCaller(context, change));
}

/** Changes preferences; null and undefined leave. */
export async function updatePreferences(
  context: Context,
  input: {
    language?: Given<string>;
    orderUpdates?: Given<boolean>;
    promotions?: Given<boolean>;
    diet?: Given<readonly string[]>;
  },
): Promise<Result<UserRow, InvalidField>> {
  const change: Partial<UserRow> = {};
  if (input.language !== null && input.language !== undefined) {
    const language = parseLanguage(input.language);
    if (!language.ok) return language;
    change.language = language.value;
  }
  if (typeof input.orderUpdates === "boolean") change.notifyOrderUpdates = input.orderUpdates;
  if (typeof input.promotions === "boolean") change.notifyPromotions = input.promotions;
  if (input.diet) change.diet = [...new Set(input.diet)].toSorted();
  return ok(await changeCaller(context, change));
}
