/** Enforces the security directives of a subgraph's SDL inside the subgraph itself: the router's filter is never trusted alone. */
import {
  defaultFieldResolver,
  isObjectType,
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLSchema,
} from "graphql";
import { valueFromASTUntyped } from "graphql";
import { graphqlError } from "./errors.ts";
import type { Caller } from "./identity.ts";

/** `Type.field` → the services that may ask for it; for fields marked `@inaccessible`. */
export type InternalFields = Readonly<Record<string, readonly string[]>>;

type Rule = (caller: Caller) => boolean;

/** A list of lists as in `@requiresScopes(scopes: [["a", "b"], ["c"]])`: any inner list, all of its members. */
function alternatives(directive: ConstDirectiveNode, argument: string): string[][] {
  const value = directive.arguments?.find((node) => node.name.value === argument)?.value;
  return value ? (valueFromASTUntyped(value) as string[][]) : [];
}

const anyOf = (groups: string[][], has: (name: string) => boolean): boolean => groups.some((group) => group.every(has));

function ruleOf(directive: ConstDirectiveNode): Rule | null {
  switch (directive.name.value) {
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

function rulesOf(
  typeName: string,
  typeDirectives: readonly ConstDirectiveNode[],
  field: GraphQLField<unknown, unknown>,
  internal: InternalFields,
): Rule[] {
  const own = field.astNode?.directives ?? [];
  const declared = [...typeDirectives, ...own].map(ruleOf).filter((rule) => rule !== null);
  const hidden = own.some((directive) => directive.name.value === "inaccessible");
  const services = internal[`${typeName}.${field.name}`] ?? [];
  // The SDL itself (`_service`) holds nothing of anyone; entities are the router's to ask for.
  if (field.name === "_service") return [];
  if (hidden) return [(caller) => caller.kind === "service" && services.includes(caller.service)];
  if (isRoot(typeName)) return [(caller) => caller.kind !== "service", ...declared];
  return declared;
}

/**
 * Wraps the resolvers of `schema` in place. `@authenticated`, `@requiresScopes` and `@policy` (policies named `role:<role>`)
 * hold on fields and on whole types; `@inaccessible` fields answer only the services listed in `internal`, and a service may ask nothing else.
 * A refusal is UNAUTHENTICATED for anonymous callers, FORBIDDEN for others.
 */
export function enforceAuthorization(schema: GraphQLSchema, internal: InternalFields = {}): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    const typeDirectives = [type.astNode, ...type.extensionASTNodes].flatMap((node) => node?.directives ?? []);
    for (const field of Object.values(type.getFields())) {
      const rules = rulesOf(type.name, typeDirectives, field, internal);
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
