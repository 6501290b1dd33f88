import { personOf } from "../../../kit/access/caller.ts";
import { isId } from "../../../kit/id.ts";
import { deleteAddress } from "../db/addresses.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { notFound } from "./refusals.ts";

/** Removes an address. */
export const removeAddress: NonNullable<MutationResolvers["removeAddress"]> = async (
  _parent,
  { input: { addressId } },
  context,
) => {
  const removed = isId("adr", addressId) && (await deleteAddress(context.db, personOf(context).userId, addressId));
  return removed
    ? { __typename: "RemoveAddressSuccess", removedAddressId: addressId }
    : notFound("There is no such address in your address book.");
};
