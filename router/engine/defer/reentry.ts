/** How a subgraph can be asked a second time for more of an object that it gave: as an entity, by a key of its own. */
import {
  Kind,
  OperationTypeNode,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
  print,
  stripIgnoredCharacters,
  visit,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type NameNode,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
} from "graphql";
import { asRequirements } from "../plan/representations.ts";
import type { Step } from "../plan/steps.ts";
import type { SubgraphTypes } from "../state/subgraph-types.ts";

export type Graph = { fullSchema: GraphQLSchema; types: SubgraphTypes };

/** A field, and the type on which it is asked for. */
export type TypedField = { type: string; node: FieldNode };

const name = (value: string): NameNode => ({ kind: Kind.NAME, value });
const typename: FieldNode = { kind: Kind.FIELD, name: name("__typename") };
const onType = (type: string, selections: readonly SelectionNode[]): SelectionNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: { kind: Kind.NAMED_TYPE, name: name(type) },
  selectionSet: { kind: Kind.SELECTION_SET, selections },
});

/** Names of the object types behind a type's name. */
function objectsOf(schema: GraphQLSchema, typeName: string): string[] {
  const type = schema.getType(typeName);
  return isAbstractType(type) ? schema.getPossibleTypes(type).map((one) => one.name) : [typeName];
}

/** The simplest key by which `subgraph` finds its own objects of a type; undefined where it has none. */
function keyOf({ types }: Graph, subgraph: string, typeName: string): SelectionSetNode | undefined {
  const type = types.typeIn(subgraph, typeName);
  if (!type || type.isInterfaceObject) return undefined;
  const isOwn = (key: SelectionSetNode) =>
    key.selections.every((node) => node.kind === Kind.FIELD && !type.external.has(node.name.value));
  const size = (key: SelectionSetNode) => print(key).length;
  return type.keys.filter(isOwn).toSorted((one, other) => size(one) - size(other))[0];
}

/** Whether a subgraph resolves a field, and all that is asked of it, for an object that it finds by its key. */
function isOwnField(graph: Graph, subgraph: string, typeName: string, node: FieldNode): boolean {
  const field = node.name.value;
  if (field === "__typename") return true;
  const known = [typeName, ...objectsOf(graph.fullSchema, typeName)].map((one) => graph.types.typeIn(subgraph, one));
  if (known.some((type) => type && (type.isInterfaceObject || type.external.has(field) || type.requires.has(field))))
    return false;
  const type = graph.fullSchema.getType(typeName);
  const definition = isCompositeType(type) && !isUnionType(type) ? type.getFields()[field] : undefined;
  if (!definition) return false;
  const inner = getNamedType(definition.type).name;
  return (node.selectionSet?.selections ?? []).every((one) => isOwnSelection(graph, subgraph, inner, one));
}

function isOwnSelection(graph: Graph, subgraph: string, typeName: string, node: SelectionNode): boolean {
  if (node.kind === Kind.FIELD) return isOwnField(graph, subgraph, typeName, node);
  if (node.kind === Kind.FRAGMENT_SPREAD) return false;
  const inner = node.typeCondition?.name.value ?? typeName;
  return node.selectionSet.selections.every((one) => isOwnSelection(graph, subgraph, inner, one));
}

/** The object types of which a field on `type` may have to be asked again, where objects of `declared` stand. */
function concerned(graph: Graph, subgraph: string, declared: string, type: string): string[] {
  const possible = new Set(objectsOf(graph.fullSchema, declared));
  return objectsOf(graph.fullSchema, type).filter(
    (one) => possible.has(one) && graph.types.nameIn(subgraph, one) !== undefined,
  );
}

const hasField = (set: SelectionSetNode | undefined, { name: { value } }: FieldNode): boolean =>
  set?.selections.some((one) => one.kind === Kind.FIELD && one.name.value === value) ?? false;

/** Whether a field of the objects at a place declared as `declared` can be asked for apart; not where it is part of their key. */
export function canReenter(graph: Graph, subgraph: string, declared: string, { type, node }: TypedField): boolean {
  if (!graph.types.typeIn(subgraph, type) || graph.types.typeIn(subgraph, declared)?.isInterfaceObject) return false;
  const keys = concerned(graph, subgraph, declared, type).map((one) => keyOf(graph, subgraph, one));
  return isOwnField(graph, subgraph, type, node) && keys.every((key) => key !== undefined && !hasField(key, node));
}

const variablesIn = (document: DocumentNode): Set<string> => {
  const used = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable: (node) => void used.add(node.name.value),
  });
  return used;
};

/** The step with another document, and no more variables than that takes. */
export function withDocument(step: Step, document: DocumentNode): Step {
  const used = variablesIn(document);
  const pruned: DocumentNode = {
    ...document,
    definitions: document.definitions.map((node) =>
      node.kind === Kind.OPERATION_DEFINITION
        ? {
            ...node,
            variableDefinitions: (node.variableDefinitions ?? []).filter(({ variable }) =>
              used.has(variable.name.value),
            ),
          }
        : node,
    ),
  };
  return {
    ...step,
    document: pruned,
    operation: stripIgnoredCharacters(print(pruned)),
    variables: step.variables.filter((one) => used.has(one)),
  };
}

const representations: VariableDefinitionNode = {
  kind: Kind.VARIABLE_DEFINITION,
  variable: { kind: Kind.VARIABLE, name: name("representations") },
  type: {
    kind: Kind.NON_NULL_TYPE,
    type: {
      kind: Kind.LIST_TYPE,
      type: { kind: Kind.NON_NULL_TYPE, type: { kind: Kind.NAMED_TYPE, name: name("_Any") } },
    },
  },
};

function entitiesDocument({ document }: Step, fields: readonly TypedField[]): DocumentNode {
  const byType = Map.groupBy(fields, ({ type }) => type);
  const entities: FieldNode = {
    kind: Kind.FIELD,
    name: name("_entities"),
    arguments: [{ kind: Kind.ARGUMENT, name: name("representations"), value: representations.variable }],
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: [...byType].map(([type, own]) =>
        onType(
          type,
          own.map(({ node }) => node),
        ),
      ),
    },
  };
  return {
    ...document,
    definitions: document.definitions.map((node) =>
      node.kind === Kind.OPERATION_DEFINITION
        ? {
            ...node,
            operation: OperationTypeNode.QUERY,
            variableDefinitions: [
              representations,
              ...(node.variableDefinitions ?? []).filter(({ variable }) => variable.name.value !== "representations"),
            ],
            selectionSet: { kind: Kind.SELECTION_SET, selections: [entities] },
          }
        : node,
    ),
  };
}

/** A place within what a step answers. */
export type InnerPlace = {
  /** The type that the objects there are declared as. */
  declared: string;
  /** The whole way from the root of the response. */
  path: readonly string[];
  /** Response keys from the step's own objects on. */
  keys: readonly string[];
};

const isCondition = (element: string): boolean => element.startsWith("... on ");

/** A rewrite of what lies below `keys`, as it is from there on; none where it lies elsewhere. */
function rewriteBelow(rewrite: Step["outputRewrites"][number], keys: readonly string[]): Step["outputRewrites"] {
  let depth = 0;
  const rest = [...rewrite.path];
  while (depth < keys.length && rest.length > 0) {
    const element = rest.shift() as string;
    if (isCondition(element)) continue;
    if (element !== keys[depth]) return [];
    depth++;
  }
  return depth === keys.length && rest.length > 0 ? [{ ...rewrite, path: rest }] : [];
}

/** The step that asks for `fields` of the objects at `place`, and what has to be known of these for it. */
export function reenter(
  graph: Graph,
  step: Step,
  { declared, path, keys }: InnerPlace,
  fields: readonly TypedField[],
): { step: Step; selections: SelectionNode[] } {
  const types = new Set(fields.flatMap(({ type }) => concerned(graph, step.subgraph, declared, type)));
  const known = [...types].flatMap((type) => {
    const key = keyOf(graph, step.subgraph, type);
    return key ? [{ type, key }] : [];
  });
  const requires = known.map(({ type, key }) => ({
    kind: "InlineFragment" as const,
    typeCondition: type,
    selections: [{ kind: "Field" as const, name: "__typename" }, ...asRequirements(key)],
  }));
  const again: Step = {
    ...step,
    kind: "query",
    path,
    requires,
    objectType: undefined,
    inputRewrites: [],
    outputRewrites: step.outputRewrites.flatMap((rewrite) => rewriteBelow(rewrite, keys)),
  };
  const isAlone = known.length === 1 && known[0]?.type === declared;
  return {
    step: withDocument(again, entitiesDocument(step, fields)),
    selections: [
      typename,
      ...known.flatMap(({ type, key }) => (isAlone ? key.selections : [onType(type, key.selections)])),
    ],
  };
}
