/** The client's document as the planner gets it: names made safe, fragments opened, and what no object can match left out. */
import {
  Kind,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type NameNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import type { ResponseNames } from "./response-names.ts";

type Scope = {
  schema: GraphQLSchema;
  names: ResponseNames;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Selections left, against documents that open into far more than they are. */
  budget: { left: number };
};

/** Selections that a document may open into; the planner's own limit is ten million. */
const maxSelections = 1_000_000;

/** Thrown for a document that opens into too many selections. */
class TooManySelections extends Error {
  override name = "TooManySelections";
}

const name = (value: string): NameNode => ({ kind: Kind.NAME, value });
const introspectionFields: ReadonlySet<string> = new Set(["__schema", "__type"]);
const typename: FieldNode = { kind: Kind.FIELD, name: name("__typename") };

function objectsOf(schema: GraphQLSchema, type: GraphQLCompositeType): ReadonlySet<string> {
  return new Set(isAbstractType(type) ? schema.getPossibleTypes(type).map((one) => one.name) : [type.name]);
}

function field(scope: Scope, node: FieldNode, type: GraphQLCompositeType): FieldNode {
  const definition = isUnionType(type) ? undefined : type.getFields()[node.name.value];
  const key = scope.names.nameOf(node, (definition?.args.length ?? 0) > 0);
  const { alias: _alias, selectionSet, ...rest } = node;
  const named: FieldNode = key === node.name.value ? rest : { ...rest, alias: name(key) };
  const fieldType = definition && getNamedType(definition.type);
  if (!selectionSet) return named;
  if (!fieldType || !isCompositeType(fieldType)) return { ...named, selectionSet };
  return { ...named, selectionSet: selections(scope, selectionSet, fieldType, objectsOf(scope.schema, fieldType)) };
}

/** What a fragment adds; nothing where no object is of its type and of all types around it. */
function fragment(
  scope: Scope,
  condition: string | undefined,
  directives: readonly DirectiveNode[] | undefined,
  set: SelectionSetNode,
  type: GraphQLCompositeType,
  objects: ReadonlySet<string>,
): SelectionNode[] {
  const wanted = condition === undefined ? type : scope.schema.getType(condition);
  if (!wanted || !isCompositeType(wanted)) return [];
  const common = objects.intersection(objectsOf(scope.schema, wanted));
  if (common.size === 0 && objects.size > 0) return [];
  const selectionSet = selections(scope, set, wanted, common);
  const typeCondition = { kind: Kind.NAMED_TYPE as const, name: name(wanted.name) };
  return [{ kind: Kind.INLINE_FRAGMENT, typeCondition, directives: directives ?? [], selectionSet }];
}

function selections(
  scope: Scope,
  set: SelectionSetNode,
  type: GraphQLCompositeType,
  objects: ReadonlySet<string>,
): SelectionSetNode {
  const kept = set.selections.flatMap((node): SelectionNode[] => {
    if (--scope.budget.left < 0) throw new TooManySelections("the operation is too large");
    // Answered by the router itself, from the schema: nothing of it is planned.
    if (node.kind === Kind.FIELD && introspectionFields.has(node.name.value)) return [];
    if (node.kind === Kind.FIELD) return [field(scope, node, type)];
    if (node.kind === Kind.INLINE_FRAGMENT)
      return fragment(scope, node.typeCondition?.name.value, node.directives, node.selectionSet, type, objects);
    const definition = scope.fragments.get(node.name.value);
    if (!definition) return [];
    return fragment(
      scope,
      definition.typeCondition.name.value,
      node.directives,
      definition.selectionSet,
      type,
      objects,
    );
  });
  return { kind: Kind.SELECTION_SET, selections: kept.length > 0 ? kept : [typename] };
}

/** The document to plan for `operation` of the valid `document`. Throws TooManySelections. */
export function planningDocument(
  schema: GraphQLSchema,
  names: ResponseNames,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): DocumentNode {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const root = schema.getRootType(operation.operation);
  if (!root) throw new Error(`the graph has no ${operation.operation}`);
  const scope: Scope = { schema, names, fragments, budget: { left: maxSelections } };
  const selectionSet = selections(scope, operation.selectionSet, root, new Set([root.name]));
  return { kind: Kind.DOCUMENT, definitions: [{ ...operation, selectionSet }] };
}
