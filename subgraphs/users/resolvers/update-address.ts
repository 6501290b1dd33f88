import { updateAddress as run } from "../actions/address-book.ts";
import type { MutationResolvers } from "../generated/resolvers.ts";
import { invalidInput, notFound } from "./refusals.ts";

/** Replaces an address. */
export const updateAddress: NonNullable<MutationResolvers["updateAddress"]> = async (_parent, { input }, context) => {
  const { addressId, ...address } = input;
  const result = await run(context, addressId, address);
  if (result.ok) return { __typename: "UpdateAddressSuccess", address: result.value };
  return result.error.kind === "INVALID"
    ? invalidInput(result.error)
    : notFound("There is no such address in your address book.");
};
