/** The deprecation policy: nothing goes that was not deprecated before, and not before the date that was promised. */
import { isEnumType, isInputObjectType, isInterfaceType, isObjectType, type GraphQLSchema } from "graphql";
import type { SchemaChange } from "./changes.ts";

const removals = new Set(["FIELD_REMOVED", "ENUM_VALUE_REMOVED", "INPUT_FIELD_REMOVED", "FIELD_ARGUMENT_REMOVED"]);

/** The reason for which the thing at `path` was deprecated in `schema`; null when it was not. */
function deprecationOf(schema: GraphQLSchema, path: string): string | null {
  const [typeName = "", member = "", argument] = path.split(".");
  const type = schema.getType(typeName);
  if (isEnumType(type)) return type.getValue(member)?.deprecationReason ?? null;
  if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return null;
  const field = type.getFields()[member];
  if (argument === undefined) return field?.deprecationReason ?? null;
  const args = field && "args" in field ? field.args : [];
  return args.find(({ name }) => name === argument)?.deprecationReason ?? null;
}

/** What in `change` breaks the policy on `today` (ISO date); null when nothing does. Dates are read as "Removal on YYYY-MM-DD". */
export function deprecationProblem(before: GraphQLSchema, change: SchemaChange, today: string): string | null {
  if (!removals.has(change.kind)) return null;
  const reason = deprecationOf(before, change.path);
  if (reason === null)
    return `${change.path} was never deprecated: deprecate it, with a removal date, in a release first`;
  const date = /\b(\d{4}-\d{2}-\d{2})\b/.exec(reason)?.[1];
  if (date && today < date) return `${change.path} was promised until ${date}`;
  return null;
}
