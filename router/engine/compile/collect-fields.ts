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

/** Values of variables that stand in conditions. Null, where a nullable variable has a default, is an error of whatever has it. */
export type Conditions = ReadonlyMap<string, boolean | null>;

export type SelectionScope = {
  schema: GraphQLSchema;
  fragments: Fragments;
  /** Values of the variables that stand in @skip and @include. */
  conditions: Conditions;
  /** The whole graph, with what clients do not see. */
  full: GraphQLSchema;
  /** The name under which merged data holds a field. */
  dataName(node: FieldNode, takesArguments: boolean): string;
};

/** Whether @skip and @include let `node` stand. */
export function isIncluded(node: SelectionNode, conditions: Conditions): boolean {
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

/**
 * The variable that is null in a condition of `node`, as far as conditions are looked at: after a @skip that holds, no
 * @include is. Undefined where none is.
 */
function nullVariable(node: SelectionNode, conditions: Conditions): string | undefined {
  for (const name of ["skip", "include", "defer"]) {
    const directive = node.directives?.find((one) => one.name.value === name);
    const value = directive?.arguments?.find((argument) => argument.name.value === "if")?.value;
    if (!directive || !value) continue;
    if (value.kind === Kind.VARIABLE && conditions.get(value.name.value) === null) return value.name.value;
    if (name !== "defer" && !isIncluded({ ...node, directives: [directive] }, conditions)) return undefined;
  }
  return undefined;
}

/** Whether a fragment on `condition` applies to `type`, which is abstract when the real type is not known. */
function applies(scope: SelectionScope, condition: string | undefined, type: GraphQLCompositeType): boolean {
  if (condition === undefined || condition === type.name) return true;
  const wanted = scope.schema.getType(condition);
  if (!wanted || !isAbstractType(wanted)) return false;
  return !isUnionType(type) && scope.schema.isSubType(wanted, type);
}

/** The `@defer` of a fragment that is to come later; undefined where it has none, or one that does not hold. */
export function deferOf(node: SelectionNode, conditions: Conditions): DirectiveNode | undefined {
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
  /** The variable whose null makes the selection an error. */
  refused: string | undefined;
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
      this.refused ??= this.#isKnown(node) ? undefined : nullVariable(node, this.#scope.conditions);
      if (this.refused !== undefined) return;
      if (!isIncluded(node, this.#scope.conditions)) continue;
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        const known = this.fields.get(key);
        if (known) known.nodes.push(node);
        else this.fields.set(key, { key, nodes: [node] });
        continue;
      }
      const directive = this.#defers ? deferOf(node, this.#scope.conditions) : undefined;
      if (node.kind === Kind.FRAGMENT_SPREAD && !directive) {
        if (this.#isKnown(node)) continue;
        this.#visited.add(node.name.value);
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.#scope.fragments.get(node.name.value);
      if (!fragment || !applies(this.#scope, fragment.typeCondition?.name.value, this.#type)) continue;
      if (directive) this.#defer(directive, fragment.selectionSet);
      else this.enter(fragment.selectionSet);
    }
  }

  /** Whether a fragment is spread that was spread before. */
  #isKnown(node: SelectionNode): boolean {
    return node.kind === Kind.FRAGMENT_SPREAD && this.#visited.has(node.name.value);
  }

  #defer(directive: DirectiveNode, set: SelectionSetNode): void {
    const inner = new Collection(this.#scope, this.#type, true);
    inner.enter(set);
    this.refused ??= inner.refused;
    this.deferred.push({ directive, fields: [...inner.fields.values()], deferred: inner.deferred });
  }
}

type Sets = readonly (SelectionSetNode | undefined)[];

function collect(scope: SelectionScope, type: GraphQLCompositeType, sets: Sets, defers: boolean): Collection {
  const collection = new Collection(scope, type, defers);
  for (const set of sets) collection.enter(set);
  return collection;
}

/** Every field that `sets` ask of `type`, in the order of first mention, deferred or not; none where a condition is null. */
export function collectFields(scope: SelectionScope, type: GraphQLCompositeType, sets: Sets): CollectedField[] {
  const { fields, refused } = collect(scope, type, sets, false);
  return refused === undefined ? [...fields.values()] : [];
}

/** The variable whose null, in a condition, makes it an error to ask `sets` of an object of `type`; undefined where there is none. */
export const refusedCondition = (scope: SelectionScope, type: GraphQLCompositeType, sets: Sets): string | undefined =>
  scope.conditions.values().some((value) => value === null) ? collect(scope, type, sets, false).refused : undefined;

/** The same, with what is deferred apart. */
export function collectParts(scope: SelectionScope, type: GraphQLCompositeType, sets: Sets): CollectedParts {
  const { fields, deferred } = collect(scope, type, sets, true);
  return { fields: [...fields.values()], deferred };
}
