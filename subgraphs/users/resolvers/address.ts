/** Addresses: a person's own, and the copy that an order takes. */
import { addressById } from "../db/addresses.ts";
import type { AddressRow } from "../db/tables.ts";
import { seesAll } from "../domain/visibility.ts";
import type { AddressResolvers, OrderAddressResolvers } from "../generated/resolvers.ts";

const location = ({ latitude, longitude }: AddressRow) => ({ latitude, longitude });

export const address: AddressResolvers = {
  __resolveReference: async (reference, context) => {
    const row = await addressById(context).load(reference.id);
    return row && context.caller.kind === "user" && seesAll(context.caller, row.userId) ? row : null;
  },
  location,
};

export const orderAddress: OrderAddressResolvers = { addressId: (row) => row.id, location };
