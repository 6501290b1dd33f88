import { addAddress as run } from "../actions/address-book.ts";
import { addressBookLimit } from "../domain/address.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { invalidInput } from "./refusals.ts";

/** Adds an address. */
export const addAddress: NonNullable<MutationResolvers["addAddress"]> = async (_parent, { input }, context) => {
  const result = await run(context, input);
  if (result.ok) return { __typename: "AddAddressSuccess", address: result.value };
  if (result.error.kind === "INVALID") return invalidInput(result.error);
  const message = `The address book is full: it holds ${addressBookLimit}.`;
  return { __typename: "AddressBookFullError", message, limit: addressBookLimit };
};
