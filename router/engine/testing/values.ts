/** Arbitrary input values of a schema's types. */
import fc, { type Arbitrary } from "fast-check";
import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
} from "graphql";
import type { ValueTree, VariableTree } from "./operation-tree.ts";

const leaf = (value: string | number | boolean | null, isEnum = false): ValueTree => ({ kind: "leaf", value, isEnum });
const nothing = leaf(null);

/** Values that hit rows of the test graphs now and then, besides odd ones. */
const scalars: Record<string, readonly (string | number | boolean)[]> = {
  Int: [1, 2, 0, -1, 100],
  Float: [1, 0.5, 3, -2.25],
  Boolean: [true, false],
  ID: ["1", "p1", "e1", "b1", "m1", "g1", "c1", "2", "3", "9", 2, "__proto__"],
  String: ["a", "", "Hammer", "i", 'quo"te \\ é \n', "$v0"],
};

/** Numbers that a double does not hold, for the custom scalars that take any. */
const odd = ["9007199254740993", "9007199254740992", "-9007199254740995", "0.1234567890123456789", "-0", "1e400"];
const oddNumbers: Record<string, readonly string[]> = { Long: odd, Any: odd };

const object = (
  fields: Record<string, GraphQLInputField>,
  depth: number,
  withVariables: boolean,
): Arbitrary<ValueTree> =>
  fc
    .tuple(
      ...Object.values(fields).map((one) =>
        inputArbitrary(one, depth - 1, withVariables).map((value) =>
          value === undefined ? [] : [[one.name, value] as const],
        ),
      ),
    )
    .map((found) => ({ kind: "object", fields: found.flat() }));

/** A value of `type`; at depth 0 objects and lists stay empty where they may. */
function valueArbitrary(type: GraphQLInputType, depth: number, withVariables: boolean): Arbitrary<ValueTree> {
  if (isNonNullType(type)) return presentArbitrary(type.ofType, depth, withVariables);
  const present = presentArbitrary(type, depth, withVariables);
  return fc.oneof({ weight: 6, arbitrary: present }, { weight: 1, arbitrary: fc.constant(nothing) });
}

function presentArbitrary(type: GraphQLInputType, depth: number, withVariables: boolean): Arbitrary<ValueTree> {
  if (isNonNullType(type)) return presentArbitrary(type.ofType, depth, withVariables);
  if (isListType(type)) {
    const element = placedArbitrary(type.ofType, false, depth - 1, withVariables);
    const list = fc
      .array(element, { maxLength: depth > 0 ? 3 : 0 })
      .map((items): ValueTree => ({ kind: "list", items }));
    // A single value is coerced to a list of one.
    return fc.oneof(
      { weight: 5, arbitrary: list },
      { weight: 1, arbitrary: presentArbitrary(type.ofType, depth - 1, false) },
    );
  }
  if (isInputObjectType(type)) return object(type.getFields(), depth, withVariables);
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => leaf(name, true)));
  const plain = (scalars[type.name] ?? ["2001-02-03", 7]).map((value) => leaf(value));
  return fc.constantFrom<ValueTree[]>(
    ...plain,
    ...(oddNumbers[type.name] ?? []).map((text) => ({ kind: "number" as const, text })),
  );
}

/** A variable for a place of `type`, or of the nullable type where a default makes that valid. */
function variableArbitrary(type: GraphQLInputType, hasDefault: boolean, depth: number): Arbitrary<VariableTree> {
  const nullable = isNonNullType(type) ? type.ofType : type;
  const present = presentArbitrary(nullable, depth, false);
  const some = fc.array(fc.option(valueArbitrary(type, depth, false), { nil: undefined, freq: 6 }), {
    minLength: 1,
    maxLength: 4,
  });
  const given = fc.array(present, { minLength: 1, maxLength: 4 });
  const required = given.map((values): VariableTree => ({ kind: "variable", type: `${String(nullable)}!`, values }));
  const defaulted = fc
    .tuple(some, present)
    .map(([values, fallback]): VariableTree => ({ kind: "variable", type: String(nullable), values, fallback }));
  const optional = some.map((values): VariableTree => ({ kind: "variable", type: String(nullable), values }));
  return isNonNullType(type) && !hasDefault ? fc.oneof(required, defaulted) : fc.oneof(optional, required, defaulted);
}

function placedArbitrary(
  type: GraphQLInputType,
  hasDefault: boolean,
  depth: number,
  withVariables: boolean,
): Arbitrary<ValueTree> {
  const value = valueArbitrary(type, depth, withVariables);
  if (!withVariables) return value;
  return fc.oneof(
    { weight: 3, arbitrary: value },
    { weight: 2, arbitrary: variableArbitrary(type, hasDefault, depth) },
  );
}

/** A value for an argument or input field, or undefined to leave it out where that is allowed. */
export function inputArbitrary(
  place: GraphQLArgument | GraphQLInputField,
  depth = 2,
  withVariables = true,
): Arbitrary<ValueTree | undefined> {
  const hasDefault = place.defaultValue !== undefined;
  const optional = hasDefault || !isNonNullType(place.type);
  if (depth <= 0 && optional) return fc.constant(undefined);
  const value = placedArbitrary(place.type, hasDefault, depth, withVariables);
  return optional ? fc.option(value, { nil: undefined, freq: 3 }) : value;
}

/** A condition of `@skip` or `@include`. */
export const conditionArbitrary: Arbitrary<ValueTree> = fc.oneof(
  fc.boolean().map((value) => leaf(value)),
  fc
    .tuple(
      fc.array(
        fc.boolean().map((value) => leaf(value)),
        { minLength: 1, maxLength: 4 },
      ),
      fc.option(fc.boolean()),
      fc.boolean(),
    )
    .map(([values, fallback, isNull]): ValueTree =>
      fallback === null
        ? { kind: "variable", type: "Boolean!", values }
        : {
            kind: "variable",
            type: "Boolean",
            values: [...(isNull ? [nothing] : []), ...values, undefined],
            fallback: leaf(fallback),
          },
    ),
);
