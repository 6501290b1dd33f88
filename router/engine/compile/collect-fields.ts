/** The fields that a selection asks of one concrete type, merged by response key (GraphQL, CollectFields). */
import {
  Kind,
  isAbstractType,
  isUnionType,
  type DirectiveNode,
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
  /** The whole graph, with what clients do not see. */
  full: GraphQLSchema;
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

/** The `@defer` of a fragment that is to come later; undefined where it has none, or one that does not hold. */
export function deferOf(node: SelectionNode, conditions: ReadonlyMap<string, boolean>): DirectiveNode | undefined {
  const directive = node.directives?.find(({ name }) => name.value === "defer");
  const value = directive?.arguments?.find(({ name }) => name.value === "if")?.value;
  if (value?.kind === Kind.VARIABLE) return conditions.get(value.name.value) === false ? undefined : directive;
  return value?.kind === Kind.BOOLEAN && !value.value ? undefined : directive;
}

/** The fields of an object, and those that come later: one element for each `@defer`. */
export type CollectedParts = { fields: CollectedField[]; deferred: DeferredFields[] };
export type DeferredFields = CollectedParts & { directive: DirectiveNode };

/** Fields under collection; each deferred fragment has a collection of its own. */
class Collection {
  readonly fields = new Map<string, CollectedField>();
  readonly deferred: DeferredFields[] = [];
  readonly #visited = new Set<string>();
  readonly #scope: SelectionScope;
  readonly #type: GraphQLCompositeType;
  readonly #defers: boolean;

  constructor(scope: SelectionScope, type: GraphQLCompositeType, defers: boolean) {
    this.#scope = scope;
    this.#type = type;
    this.#defers = defers;
  }

  enter(set: SelectionSetNode | undefined): void {
    for (const node of set?.selections ?? []) {
      if (!isIncluded(node, this.#scope.conditions)) continue;
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        const known = this.fields.get(key);
        if (known) known.nodes.push(node);
        else this.fields.set(key, { key, nodes: [node] });
        continue;
      }
      const directive = this.#defers ? deferOf(node, this.#scope.conditions) : undefined;
      const spread = node.kind === Kind.FRAGMENT_SPREAD ? node.name.value : undefined;
      if (spread !== undefined && !directive) {
        if (this.#visited.has(spread)) continue;
        this.#visited.add(spread);
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.#scope.fragments.get(node.name.value);
      if (!fragment || !applies(this.#scope, fragment.typeCondition?.name.value, this.#type)) continue;
      if (directive) this.#defer(directive, fragment.selectionSet);
      else this.enter(fragment.selectionSet);
    }
  }

  #defer(directive: DirectiveNode, set: SelectionSetNode): void {
    const inner = new Collection(this.#scope, this.#type, true);
    inner.enter(set);
    this.deferred.push({ directive, fields: [...inner.fields.values()], deferred: inner.deferred });
  }
}

type Sets = readonly (SelectionSetNode | undefined)[];

/** Every field that `sets` ask of `type`, in the order of first mention, deferred or not. */
export function collectFields(scope: SelectionScope, type: GraphQLCompositeType, sets: Sets): CollectedField[] {
  const collection = new Collection(scope, type, false);
  for (const set of sets) collection.enter(set);
  return [...collection.fields.values()];
}

/** The same, with what is deferred apart. */
export function collectParts(scope: SelectionScope, type: GraphQLCompositeType, sets: Sets): CollectedParts {
  const collection = new Collection(scope, type, true);
  for (const set of sets) collection.enter(set);
  return { fields: [...collection.fields.values()], deferred: collection.deferred };
}
