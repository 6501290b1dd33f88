/** How values of scalars and enums are checked and written (GraphQL, Result Coercion). */
import { isEnumType, type GraphQLLeafType } from "graphql";

const maxInt = 2 ** 31 - 1;
const minInt = -(2 ** 31);

/** A string in JSON. */
export const quote = (value: string): string => JSON.stringify(value);

const writers: Record<string, (value: unknown) => string | undefined> = {
  String: (value) => (typeof value === "string" ? quote(value) : undefined),
  ID: (value) => {
    if (typeof value === "string") return quote(value);
    return Number.isInteger(value) ? `"${value as number}"` : undefined;
  },
  Int: (value) =>
    Number.isInteger(value) && (value as number) <= maxInt && (value as number) >= minInt
      ? String(value as number)
      : undefined,
  Float: (value) => (Number.isFinite(value) ? String(value as number) : undefined),
  Boolean: (value) => (typeof value === "boolean" ? String(value) : undefined),
};

/** Writes a value that is not null; undefined where it is none of `type`. A custom scalar takes any JSON. */
export function leafWriter(type: GraphQLLeafType): (value: unknown) => string | undefined {
  if (!isEnumType(type)) return writers[type.name] ?? ((value) => JSON.stringify(value));
  const texts = new Map<unknown, string>(type.getValues().map(({ name }) => [name, `"${name}"`]));
  return (value) => texts.get(value);
}
