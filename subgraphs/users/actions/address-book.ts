/** Changes of the caller's address book. */
import { personOf } from "../../../kit/access/caller.ts";
import { graphqlError } from "../../../kit/errors.ts";
import { isId, newId } from "../../../kit/id.ts";
import { err, ok, type Result } from "../../../kit/result.ts";
import type { Context } from "../deps.ts";
import { countAddresses, insertAddress, replaceAddress } from "../db/addresses.ts";
import { findUser } from "../db/queries.ts";
import type { AddressRow } from "../db/tables.ts";
import { addressBookLimit, parseAddress, type AddressInput } from "../domain/address.ts";
import type { InvalidField } from "../domain/account.ts";

export type AddressRefusal = { kind: "FULL" } | { kind: "NOT_FOUND" } | ({ kind: "INVALID" } & InvalidField);

/** Adds an address. The person's row is locked meanwhile, so that two at once cannot overfill the book. */
export async function addAddress(context: Context, input: AddressInput): Promise<Result<AddressRow, AddressRefusal>> {
  const userId = personOf(context).userId;
  return context.db.transaction(async (tx) => {
    const user = await findUser(tx, userId, true);
    if (!user || user.status === "ERASED") throw graphqlError("UNAUTHENTICATED");
    const parsed = parseAddress(input, user.displayName);
    if (!parsed.ok) return err({ kind: "INVALID", ...parsed.error });
    if ((await countAddresses(tx, userId)) >= addressBookLimit) return err({ kind: "FULL" });
    return ok(await insertAddress(tx, { ...parsed.value, id: newId("adr"), userId, createdAt: context.clock.now() }));
  });
}

/** Replaces an address of the caller's. */
export async function updateAddress(
  context: Context,
  addressId: string,
  input: AddressInput,
): Promise<Result<AddressRow, AddressRefusal>> {
  const userId = personOf(context).userId;
  if (!isId("adr", addressId)) return err({ kind: "NOT_FOUND" });
  const user = await findUser(context.db, userId);
  const parsed = parseAddress(input, user?.displayName ?? "");
  if (!parsed.ok) return err({ kind: "INVALID", ...parsed.error });
  const row = await replaceAddress(context.db, userId, addressId, parsed.value);
  return row ? ok(row) : err({ kind: "NOT_FOUND" });
}
