/**
 * Directives that the graph defines for what clients write. Those that every subgraph has travel with their field; those that
 * belong to a feature of some subgraphs (@composeDirective) may be written, but nothing says which subgraph would know them.
 */
import type { Schema } from "@apollo/federation-internals";
import {
  Kind,
  extendSchema,
  print,
  type DirectiveDefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type TypeNode,
} from "graphql";

/** What the engine carries out itself. */
const ownDirectives = new Set(["skip", "include", "defer"]);

const executable = new Set([
  "QUERY",
  "MUTATION",
  "SUBSCRIPTION",
  "FIELD",
  "FRAGMENT_DEFINITION",
  "FRAGMENT_SPREAD",
  "INLINE_FRAGMENT",
  "VARIABLE_DEFINITION",
]);

const namedType = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type));

/** `api` with the executable directives of the supergraph that features brought, as far as clients see the types of their arguments. */
export function withFeatureDirectives(api: GraphQLSchema, supergraph: DocumentNode): GraphQLSchema {
  const definitions = supergraph.definitions.filter(
    (node): node is DirectiveDefinitionNode =>
      node.kind === Kind.DIRECTIVE_DEFINITION &&
      !api.getDirective(node.name.value) &&
      node.locations.some(({ value }) => executable.has(value)) &&
      (node.arguments ?? []).every(({ type }) => api.getType(namedType(type))),
  );
  return definitions.length === 0 ? api : extendSchema(api, { kind: Kind.DOCUMENT, definitions });
}

/** Names of the directives that travel: those of the API that is planned for. */
export const forwardedNames = (api: Schema): ReadonlySet<string> =>
  new Set(api.directives().flatMap(({ name }) => (ownDirectives.has(name) ? [] : [name])));

/** Whether a field carries directives that are not the engine's. */
export const carriesDirectives = ({ directives = [] }: FieldNode): boolean =>
  directives.some(({ name }) => !ownDirectives.has(name.value));

/** The directives of `nodes` that travel, each once. */
export function forwarded(
  nodes: readonly { readonly directives?: readonly DirectiveNode[] | undefined }[],
  names: ReadonlySet<string>,
): DirectiveNode[] {
  if (names.size === 0) return [];
  const found = new Map<string, DirectiveNode>();
  for (const { directives = [] } of nodes)
    for (const directive of directives) if (names.has(directive.name.value)) found.set(print(directive), directive);
  return [...found.values()];
}
