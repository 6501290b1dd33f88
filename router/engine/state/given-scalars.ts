/** Scalars whose values the router checks itself; those of other graphs mean what their subgraphs say. */
import { isScalarType, isSpecifiedScalarType, type GraphQLScalarType, type GraphQLSchema } from "graphql";

/** Scalars by name. */
export type GivenScalars = Readonly<Record<string, GraphQLScalarType>>;

/**
 * Makes `schema`, which it changes and returns, take values of its scalars as those of the same name in `scalars` do: in literals,
 * variables and defaults alike. What a subgraph is sent stays as the client wrote it.
 */
export function withGivenScalars(schema: GraphQLSchema, scalars: GivenScalars): GraphQLSchema {
  for (const [name, { parseValue, parseLiteral }] of Object.entries(scalars)) {
    const type = schema.getType(name);
    if (isScalarType(type) && !isSpecifiedScalarType(type)) Object.assign(type, { parseValue, parseLiteral });
  }
  return schema;
}
