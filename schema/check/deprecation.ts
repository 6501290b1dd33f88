/** The deprecation policy: nothing goes that was not deprecated before, and not before the date that was promised. */
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from "graphql";
import type { SchemaChange } from "./change.ts";
import { placeAt } from "./sent.ts";

const removals = new Set(["FIELD_REMOVED", "ENUM_VALUE_REMOVED", "INPUT_FIELD_REMOVED", "FIELD_ARGUMENT_REMOVED"]);

/** The day (ISO date) after "Removal on" in the reason of a deprecation; null when there is none, or no such day. */
export function removalDate(reason: string): string | null {
  const date = /\bRemoval on (\d{4}-\d{2}-\d{2})\b/i.exec(reason)?.[1];
  if (date === undefined) return null;
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date) ? date : null;
}

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

function removalProblem(before: GraphQLSchema, path: string, today: string): string | null {
  const reason = deprecationOf(before, path);
  if (reason === null) return `${path} was never deprecated: deprecate it, with a removal date, in a release first`;
  const date = removalDate(reason);
  if (date === null)
    return `${path} was deprecated without a removal date: give it one ("Removal on YYYY-MM-DD.") in a release first`;
  return today < date ? `${path} was promised until ${date}` : null;
}

function promiseProblem(before: GraphQLSchema, after: GraphQLSchema, path: string): string | null {
  const reason = deprecationOf(after, path);
  if (reason === null) return null;
  const date = removalDate(reason);
  if (date === null)
    return `${path} is deprecated without a removal date: end the reason with "Removal on YYYY-MM-DD."`;
  const promised = removalDate(deprecationOf(before, path) ?? "");
  return promised !== null && date < promised ? `${path} was promised until ${promised}: it may not go earlier` : null;
}

/**
 * What in `change` breaks the policy on `today` (ISO date); null when nothing does. Dates are read as "Removal on YYYY-MM-DD":
 * a removal needs one that is reached, a deprecation needs one, and one that was given does not move forward.
 */
export function deprecationProblem(
  before: GraphQLSchema,
  after: GraphQLSchema,
  { kind, path }: Pick<SchemaChange, "kind" | "path">,
  today: string,
): string | null {
  if (removals.has(kind)) return removalProblem(before, path, today);
  return kind.includes("DEPRECATION") ? promiseProblem(before, after, path) : null;
}

type Deprecations = ReadonlyMap<string, { kind: string; reason: string }>;

function reasonsOf(type: GraphQLNamedType): [string, { kind: string; reason: string }][] {
  const entry = (kind: string, path: string, reason: string | null | undefined) =>
    reason == null ? [] : [[path, { kind, reason }] as [string, { kind: string; reason: string }]];
  if (isInputObjectType(type))
    return Object.values(type.getFields()).flatMap((field) =>
      entry("INPUT_FIELD", `${type.name}.${field.name}`, field.deprecationReason),
    );
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) =>
    field.args.flatMap((one) =>
      entry("FIELD_ARGUMENT", `${type.name}.${field.name}.${one.name}`, one.deprecationReason),
    ),
  );
}

const deprecationsIn = (schema: GraphQLSchema): Deprecations =>
  new Map(
    Object.values(schema.getTypeMap())
      .filter((type) => !isIntrospectionType(type))
      .flatMap(reasonsOf),
  );

/** Deprecations of arguments and input fields that came, went or got another reason; graphql-inspector leaves them out. */
export function inputDeprecations(before: GraphQLSchema, after: GraphQLSchema): SchemaChange[] {
  const [had, has] = [deprecationsIn(before), deprecationsIn(after)];
  const change = (kind: string, path: string, message: string): SchemaChange => {
    return { kind, path, message, verdict: "safe", operations: [], breaks: false };
  };
  const given = [...has].flatMap(([path, { kind, reason }]) => {
    const old = had.get(path)?.reason;
    if (old === reason) return [];
    const how = old === undefined ? "ADDED" : "REASON_CHANGED";
    return [change(`${kind}_DEPRECATION_${how}`, path, `'${path}' is deprecated: ${reason}`)];
  });
  const lifted = [...had]
    .filter(([path]) => !has.has(path) && placeAt(after, path) !== undefined)
    .map(([path, { kind }]) => change(`${kind}_DEPRECATION_REMOVED`, path, `'${path}' is no longer deprecated`));
  return [...given, ...lifted];
}
