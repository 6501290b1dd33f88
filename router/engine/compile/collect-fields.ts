/** The fields that a selection asks of one concrete type, merged by response key (GraphQL, CollectFields). */
import {
  Kind,
  isAbstractType,
  isUnionType,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** One response key and every field node that asks for it. */
export type CollectedField = { key: string; nodes: FieldNode[] };

export type SelectionScope = {
  schema: GraphQLSchema;
  fragments: Fragments;
  /** Values of the variables that stand in @skip and @include. */
  conditions: ReadonlyMap<string, boolean>;
  /** The name under which merged data holds a field. */
  dataName(node: FieldNode, takesArguments: boolean): string;
};

/** Whether @skip and @include let `node` stand. */
export function isIncluded(node: SelectionNode, conditions: ReadonlyMap<string, boolean>): boolean {
  return (node.directives ?? []).every((directive) => {
    const name = directive.name.value;
    if (name !== "skip" && name !== "include") return true;
    const value = directive.arguments?.find((argument) => argument.name.value === "if")?.value;
    const holds =
      value?.kind === Kind.VARIABLE
        ? conditions.get(value.name.value) === true
        : value?.kind === Kind.BOOLEAN && value.value;
    return holds === (name === "include");
  });
}

/** Whether a fragment on `condition` applies to `type`, which is abstract when the real type is not known. */
function applies(scope: SelectionScope, condition: string | undefined, type: GraphQLCompositeType): boolean {
  if (condition === undefined || condition === type.name) return true;
  const wanted = scope.schema.getType(condition);
  if (!wanted || !isAbstractType(wanted)) return false;
  return !isUnionType(type) && scope.schema.isSubType(wanted, type);
}

/** Every field that `sets` ask of `type`, in the order of first mention. */
export function collectFields(
  scope: SelectionScope,
  type: GraphQLCompositeType,
  sets: readonly (SelectionSetNode | undefined)[],
): CollectedField[] {
  const fields = new Map<string, CollectedField>();
  const visited = new Set<string>();
  const enter = (set: SelectionSetNode | undefined): void => {
    for (const node of set?.selections ?? []) {
      if (!isIncluded(node, scope.conditions)) continue;
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        const known = fields.get(key);
        if (known) known.nodes.push(node);
        else fields.set(key, { key, nodes: [node] });
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        if (applies(scope, node.typeCondition?.name.value, type)) enter(node.selectionSet);
      } else if (!visited.has(node.name.value)) {
        visited.add(node.name.value);
        const fragment = scope.fragments.get(node.name.value);
        if (fragment && applies(scope, fragment.typeCondition.name.value, type)) enter(fragment.selectionSet);
      }
    }
  };
  for (const set of sets) enter(set);
  return [...fields.values()];
}
