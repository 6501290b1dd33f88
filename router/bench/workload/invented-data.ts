/** Invented but stable values for any schema: what a field answers follows from its owner's key, its name and its arguments. */
import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isListType,
  isObjectType,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
} from "graphql";

type Source = Record<string, unknown>;

/** FNV-1a of `text`. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}

const scalars: Record<string, (seed: string, field: string) => unknown> = {
  ID: (seed) => `id_${hash(seed).toString(36)}`,
  Int: (seed) => hash(seed) % 1000,
  Float: (seed) => (hash(seed) % 500) / 100,
  Boolean: (seed) => hash(seed) % 2 === 0,
  SafeInt: (seed) => (hash(seed) % 10_000) * 1000,
  Currency: () => "IDR",
  DateTime: (seed) => new Date(1_790_000_000_000 + (hash(seed) % 1_000_000) * 1000).toISOString(),
  LocalDate: (seed) => new Date(1_790_000_000_000 + (hash(seed) % 1_000_000) * 1000).toISOString().slice(0, 10),
  String: (seed, field) => `${field} ${hash(seed).toString(36)}`,
};

function leaf(type: GraphQLOutputType, seed: string, info: GraphQLResolveInfo): unknown {
  const named = getNamedType(type);
  if (isEnumType(named)) return named.getValues()[0]?.value;
  if (named.name in scalars) return scalars[named.name]?.(seed, info.fieldName);
  if (isAbstractType(named)) {
    const types = info.schema.getPossibleTypes(named);
    const chosen = types.find(({ name }) => name.endsWith("Success")) ?? types[0];
    return { __typename: chosen?.name, id: scalars["ID"]?.(seed, "id") };
  }
  return isObjectType(named) ? { __typename: named.name, id: scalars["ID"]?.(seed, "id") } : seed;
}

function invent(type: GraphQLOutputType, seed: string, length: number, info: GraphQLResolveInfo): unknown {
  const nullable = getNullableType(type);
  if (!isListType(nullable)) return leaf(nullable, seed, info);
  return Array.from({ length }, (_, index) => invent(nullable.ofType, `${seed}/${index}`, length, info));
}

/** A default resolver: what the owner already holds (keys, required fields), else an invented value; lists have `first` or three entries. */
export const inventedField: GraphQLFieldResolver<Source | undefined, unknown> = (source, args, _context, info) => {
  const held = source?.[info.fieldName];
  if (held !== undefined) return held;
  const owner = typeof source?.["id"] === "string" ? source["id"] : "root";
  const first = typeof args["first"] === "number" ? args["first"] : source?.["first"];
  const seed = `${owner}.${info.fieldName}${JSON.stringify(args)}`;
  const value = invent(info.returnType, seed, typeof first === "number" ? first : 3, info);
  const isConnection = getNamedType(info.returnType).name.endsWith("Connection");
  return isConnection && typeof value === "object" ? { ...value, first: args["first"] ?? 10 } : value;
};
