/** Enforces the security directives of a subgraph's SDL inside the subgraph itself: the router's filter is never trusted alone. */
import {
  defaultFieldResolver,
  getNamedType,
  isLeafType,
  isObjectType,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from "graphql";
import { graphqlError } from "../errors.ts";
import type { Caller } from "./identity.ts";

/** `Type.field` → the services that may ask for it, or any of them; for fields marked `@inaccessible`. */
export type InternalFields = Readonly<Record<string, readonly string[] | "ANY_SERVICE">>;

type Rule = (caller: Caller) => boolean;

/** A list of lists as in `@requiresScopes(scopes: [["a", "b"], ["c"]])`: any inner list, all of its members. */
function alternatives(directive: ConstDirectiveNode, argument: string): string[][] {
  const value = directive.arguments?.find((node) => node.name.value === argument)?.value;
  return value ? (valueFromASTUntyped(value) as string[][]) : [];
}

const anyOf = (groups: string[][], has: (name: string) => boolean): boolean => groups.some((group) => group.every(has));

/** A directive that was not imported goes by its namespace; it means the same. */
const nameOf = (directive: ConstDirectiveNode): string => directive.name.value.replace(/^federation__/, "");

function ruleOf(directive: ConstDirectiveNode): Rule | null {
  switch (nameOf(directive)) {
    case "authenticated":
      return (caller) => caller.kind === "user";
    case "requiresScopes": {
      const scopes = alternatives(directive, "scopes");
      return (caller) => caller.kind === "user" && anyOf(scopes, (scope) => caller.scopes.includes(scope));
    }
    case "policy": {
      const policies = alternatives(directive, "policies");
      return (caller) =>
        caller.kind === "user" &&
        anyOf(policies, (policy) => policy.startsWith("role:") && caller.roles.includes(policy.slice(5)));
    }
    default:
      return null;
  }
}

const isRoot = (typeName: string): boolean =>
  typeName === "Query" || typeName === "Mutation" || typeName === "Subscription";

/** Directives on a type's definition and on its extensions. */
const directivesOf = (type: GraphQLNamedType): ConstDirectiveNode[] =>
  [type.astNode, ...type.extensionASTNodes].flatMap((node) => node?.directives ?? []);

/** Every directive that holds for the field: its own, its type's, those of the interfaces it implements, and those of the scalar or enum it answers. */
function governing(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): ConstDirectiveNode[] {
  const answer = getNamedType(field.type);
  return [
    ...directivesOf(type),
    ...(field.astNode?.directives ?? []),
    ...type
      .getInterfaces()
      .flatMap((parent) => [...directivesOf(parent), ...(parent.getFields()[field.name]?.astNode?.directives ?? [])]),
    ...(isLeafType(answer) ? directivesOf(answer) : []),
  ];
}

function rulesOf(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, internal: InternalFields): Rule[] {
  const hidden = field.astNode?.directives?.some((directive) => nameOf(directive) === "inaccessible") ?? false;
  const services = internal[`${type.name}.${field.name}`] ?? [];
  // The SDL itself (`_service`) holds nothing of anyone; entities are the router's to ask for.
  if (field.name === "_service") return [];
  if (hidden)
    return [(caller) => caller.kind === "service" && (services === "ANY_SERVICE" || services.includes(caller.service))];
  const declared = governing(type, field)
    .map(ruleOf)
    .filter((rule) => rule !== null);
  return isRoot(type.name) ? [(caller) => caller.kind !== "service", ...declared] : declared;
}

/**
 * Wraps the resolvers of `schema` in place. `@authenticated`, `@requiresScopes` and `@policy` (policies named `role:<role>`)
 * hold on fields, on whole types and their extensions, on interfaces for whatever implements them, and on scalars and enums for
 * whatever answers them; any other policy is nobody's. `@inaccessible` fields answer only the services named in `internal`, and a service may ask nothing else.
 * A refusal is UNAUTHENTICATED for anonymous callers, FORBIDDEN for others.
 */
export function enforceAuthorization(schema: GraphQLSchema, internal: InternalFields = {}): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      const rules = rulesOf(type, field, internal);
      if (rules.length === 0) continue;
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context: { caller: Caller }, info) => {
        if (rules.every((rule) => rule(context.caller))) return resolve(source, args, context, info);
        throw graphqlError(context.caller.kind === "anonymous" ? "UNAUTHENTICATED" : "FORBIDDEN");
      };
    }
  }
  return schema;
}
