/** How values of scalars and enums are checked (GraphQL, Result Coercion). */
import { asDouble, isRawNumber } from "../exact-json.ts";
import { isEnumType, type GraphQLLeafType } from "graphql";

/** A string in JSON. */
export const quote = (value: string): string => JSON.stringify(value);

/** An ID's text; subgraphs may send whole numbers. Undefined for anything else. */
export function idValue(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (isRawNumber(value) && /^-?[1-9]\d*$/.test(value.rawJSON)) return value.rawJSON;
  const number = asDouble(value);
  return Number.isInteger(number) ? String(number) : undefined;
}

/**
 * Code that tells whether the variable `v` holds a value of `type`; false for null. `bind` makes a constant of the
 * generated function. A custom scalar takes any JSON.
 */
export function leafTest(type: GraphQLLeafType, v: string, bind: (value: unknown) => string): string {
  if (isEnumType(type)) return `${bind(new Set(type.getValues().map(({ name }) => name)))}.has(${v})`;
  switch (type.name) {
    case "String":
      return `typeof ${v}==="string"`;
    case "ID":
      return `(typeof ${v}==="string"||(${v}=${bind(idValue)}(${v})??${v},typeof ${v}==="string"))`;
    case "Int":
      return `(typeof ${v}==="number"||typeof(${v}=${bind(asDouble)}(${v}))==="number")&&(${v}|0)===${v}`;
    case "Float":
      return `(typeof ${v}==="number"||typeof(${v}=${bind(asDouble)}(${v}))==="number")&&Number.isFinite(${v})`;
    case "Boolean":
      return `typeof ${v}==="boolean"`;
    default:
      return `${v}!==null&&${v}!==undefined`;
  }
}
