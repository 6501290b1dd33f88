/** The graph's own scalars, in one list: subgraphs resolve by it, and the router checks by it what clients send. */
import { CurrencyResolver, DateTimeResolver, JSONResolver, LocalDateResolver, SafeIntResolver } from "graphql-scalars";
import { GraphQLError, GraphQLScalarType, Kind, type DocumentNode } from "graphql";

/** The years that both Postgres and RFC 3339 can write, as epoch milliseconds. */
const earliest = Date.parse("0001-01-01T00:00:00Z");
const latest = Date.parse("9999-12-31T23:59:59.999Z");

const isWritable = (instant: number): boolean => instant >= earliest && instant <= latest;

const outOfRange = (): GraphQLError => new GraphQLError("The time has to lie in the years 0001 to 9999 in UTC.");

/** `scalar`, refusing what it parsed where that is no time that can be stored; `instantOf` gives its epoch milliseconds. */
function withinRange<T>(scalar: GraphQLScalarType<T>, instantOf: (value: T) => number): GraphQLScalarType<T> {
  const config = scalar.toConfig();
  const checked = (value: T): T => {
    if (isWritable(instantOf(value))) return value;
    throw outOfRange();
  };
  return new GraphQLScalarType<T>({
    ...config,
    parseValue: (value) => checked(config.parseValue(value)),
    parseLiteral: (node, variables) => checked(config.parseLiteral(node, variables)),
  });
}

/** The graph's scalars by name. */
export const graphScalars: Readonly<Record<string, GraphQLScalarType>> = {
  Currency: CurrencyResolver,
  DateTime: withinRange<Date>(DateTimeResolver as GraphQLScalarType<Date>, (value) => value.getTime()),
  JSON: JSONResolver,
  LocalDate: withinRange<string>(LocalDateResolver as GraphQLScalarType<string>, (value) => Date.parse(value)),
  SafeInt: SafeIntResolver,
};

/** The resolvers of the graph's scalars that `typeDefs` declares. */
export const scalarResolvers = (typeDefs: DocumentNode): Record<string, GraphQLScalarType> =>
  Object.fromEntries(
    typeDefs.definitions.flatMap((node) => {
      const known = node.kind === Kind.SCALAR_TYPE_DEFINITION ? graphScalars[node.name.value] : undefined;
      return known ? [[known.name, known]] : [];
    }),
  );
