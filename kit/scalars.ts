/** Resolvers of the shared scalars. */
import { CurrencyResolver, DateTimeResolver, JSONResolver, LocalDateResolver, SafeIntResolver } from "graphql-scalars";
import { Kind, type DocumentNode, type GraphQLScalarType } from "graphql";

const known: Record<string, GraphQLScalarType> = {
  Currency: CurrencyResolver,
  DateTime: DateTimeResolver,
  JSON: JSONResolver,
  LocalDate: LocalDateResolver,
  SafeInt: SafeIntResolver,
};

/** The resolvers of the shared scalars that `typeDefs` declares. */
export const scalarResolvers = (typeDefs: DocumentNode): Record<string, GraphQLScalarType> =>
  Object.fromEntries(
    typeDefs.definitions.flatMap((node) =>
      node.kind === Kind.SCALAR_TYPE_DEFINITION && known[node.name.value]
        ? [[node.name.value, known[node.name.value]!]]
        : [],
    ),
  );
