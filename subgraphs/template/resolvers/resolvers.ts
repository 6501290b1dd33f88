import { knownById } from "../../../kit/graphql/entities.ts";
import type { Resolvers } from "../generated/resolvers.ts";
import { noteLoader, notesLoader } from "./loaders.ts";
import { writeNote } from "./write-note.ts";

/** The resolver map that the contract in schema.graphql asks for. */
export const resolvers: Resolvers = {
  Query: {
    note: (_, { id }, context) => noteLoader(context).load(id),
  },
  Mutation: { writeNote },
  Note: {
    __resolveReference: ({ id }, context) => noteLoader(context).load(id),
    restaurant: ({ restaurantId }) => ({ id: restaurantId }),
  },
  Restaurant: {
    __resolveReference: knownById("rst"),
    notes: ({ id }, _, context) => notesLoader(context).load(id),
  },
};
