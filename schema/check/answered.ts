/** Judges of changes in what operations are answered: types, members, values. */
import { isAbstractType, type GraphQLSchema } from "graphql";
import { breaksIf, noticesIf, type Judge } from "./impact.ts";
import type { Usage } from "./usage.ts";

function possibleNames(schema: GraphQLSchema, name: string): ReadonlySet<string> {
  const type = schema.getType(name);
  return new Set(isAbstractType(type) ? schema.getPossibleTypes(type).map((one) => one.name) : type ? [name] : []);
}

/** Whether something is asked of objects of `type` where a field answers one of `abstract`, whose members are in `schema`. */
const isAskedOf = (schema: GraphQLSchema, { answers }: Usage, abstract: string, type: string): boolean =>
  [...(answers.get(abstract) ?? [])].some((parent) => possibleNames(schema, parent).has(type));

/** A type that is no longer among those of `abstract`. */
export function judgeLeaving(before: GraphQLSchema, abstract: string, type: string): Judge {
  return (usage) => {
    const isSeen = isAskedOf(before, usage, abstract, type);
    // Elsewhere a fragment on the one picked out objects of the other.
    return breaksIf(isSeen || (usage.conditions.has(abstract) && isMet(before, usage, type)));
  };
}

/** Whether an object of `type` may be among the answers. */
const isMet = (schema: GraphQLSchema, { answers }: Usage, type: string): boolean =>
  [...answers.keys()].some((name) => possibleNames(schema, name).has(type));

/** A type that is now among those of `abstract`: wherever one of these is answered it may appear, and fragments may pick it out. */
export function judgeJoining(before: GraphQLSchema, abstract: string, type: string): Judge {
  return (usage) =>
    noticesIf(usage.answers.has(abstract) || (usage.conditions.has(abstract) && isMet(before, usage, type)));
}

export function judgeTypeRemoved(before: GraphQLSchema, name: string): Judge {
  const isAnswered = (usage: Usage) => [...usage.answers.keys()].some((one) => isAskedOf(before, usage, one, name));
  return (usage) => breaksIf(usage.types.has(name) || isAnswered(usage));
}

const enumOf = (path: string) => path.split(".")[0] ?? "";

/** Whether the value at `Enum.VALUE` is sent, written out or in a variable, or may be answered. */
export const isValueUsed = ({ enumValues, carried, answers }: Usage, path: string): boolean =>
  enumValues.has(path) || carried.has(enumOf(path)) || answers.has(enumOf(path));

/** A value that may be answered from now on. */
export const judgeValueAdded =
  (path: string): Judge =>
  ({ answers }) =>
    noticesIf(answers.has(enumOf(path)));
