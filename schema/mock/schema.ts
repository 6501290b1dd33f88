/** The public schema answering invented data: stable per place in the answer, shaped as the real graph shapes it. */
import { CurrencyResolver, DateTimeResolver, JSONResolver, LocalDateResolver, SafeIntResolver } from "graphql-scalars";
import {
  buildSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isListType,
  isObjectType,
  isScalarType,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLScalarType,
  type GraphQLSchema,
} from "graphql";
import { hash, sumsOf, type Invented } from "./sums.ts";
import { scalarValue, seeded } from "./values.ts";

type Context = { now: Date; outcome: string | undefined };

/** Length of a list without `first`: short, so that nested lists stay readable. */
const listLength = 3;

/** The member of a mutation's result: what the client asked to see, else its success. */
function member(types: readonly GraphQLObjectType[], outcome: string | undefined): GraphQLObjectType | undefined {
  return types.find(({ name }) => name === outcome) ?? types.find(({ name }) => name.endsWith("Success")) ?? types[0];
}

const inventObject = (type: string, seed: string, given: Record<string, unknown>): Invented => ({
  __typename: type,
  seed,
  given: { ...sumsOf(type, seed), ...given },
});

function invent(
  type: GraphQLOutputType,
  seed: string,
  length: number,
  given: Record<string, unknown>,
  context: Context,
  info: GraphQLResolveInfo,
): unknown {
  const bare = getNullableType(type);
  if (isListType(bare))
    return Array.from({ length }, (_, n) => invent(bare.ofType, `${seed}/${n}`, length, {}, context, info));
  if (isObjectType(bare)) return inventObject(bare.name, seed, given);
  if (isAbstractType(bare)) {
    const chosen = member(info.schema.getPossibleTypes(bare), context.outcome);
    return inventObject(chosen?.name ?? "", seed, given);
  }
  const draw = { faker: seeded(hash(seed)), now: context.now, index: hash(seed) % 1_000 };
  if (isEnumType(bare)) return draw.faker.helpers.arrayElement(bare.getValues()).value as unknown;
  return scalarValue(getNamedType(bare).name, info.parentType.name, info.fieldName, draw);
}

const resolve: GraphQLFieldResolver<Invented | undefined, Context> = (source, args, context, info) => {
  const held = source?.given[info.fieldName];
  if (typeof held === "function") return (held as (given: object) => unknown)(args);
  if (held !== undefined) return held;
  const seed = `${source?.seed ?? ""}.${info.fieldName}${JSON.stringify(args)}`;
  // Asked for one thing by id, the answer has that id and is the same wherever it is asked.
  const { id } = args as { id?: unknown };
  const named = typeof id === "string" ? { id } : {};
  const paged = typeof args["first"] === "number" ? { first: args["first"] } : {};
  const length = typeof source?.given["first"] === "number" ? source.given["first"] : listLength;
  return invent(info.returnType, typeof id === "string" ? id : seed, length, { ...named, ...paged }, context, info);
};

const scalars: Record<string, GraphQLScalarType> = {
  Currency: CurrencyResolver,
  DateTime: DateTimeResolver,
  JSON: JSONResolver,
  LocalDate: LocalDateResolver,
  SafeInt: SafeIntResolver,
};

/** `api` (SDL of the public graph) as an executable schema; its context is `{ now, outcome }`, where outcome names the result type that mutations answer. */
export function mockSchema(api: string): GraphQLSchema {
  const schema = buildSchema(api);
  for (const type of Object.values(schema.getTypeMap())) {
    const scalar = isScalarType(type) ? scalars[type.name] : undefined;
    if (scalar && isScalarType(type)) {
      type.serialize = scalar.serialize;
      type.parseValue = scalar.parseValue;
      type.parseLiteral = scalar.parseLiteral;
    }
    if (isObjectType(type) && !type.name.startsWith("__"))
      for (const field of Object.values(type.getFields())) field.resolve = resolve;
  }
  return schema;
}
