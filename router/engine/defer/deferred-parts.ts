/** The parts of an operation's answer that come later, and what each of them shows. */
import {
  Kind,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
  type DirectiveNode,
  type FieldNode,
  type GraphQLCompositeType,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { deferOf, isIncluded, type SelectionScope } from "../compile/collect-fields.ts";
import { firstPart } from "./demand.ts";

/** One `@defer` at one place of the answer; there may be many objects at that place. */
export type DeferredPart = {
  readonly label: string | undefined;
  /** The part around it; its own objects are found there. */
  readonly parent: number;
  /** Itself and the parts around it, without the first. */
  readonly chain: ReadonlySet<number>;
};

/** Told of every field that a part shows; `place` is that of its object. */
export type OnField = (place: string, key: string, type: string, part: number) => void;

/** More parts would be of no use to anybody; the whole is then answered at once. */
const maxParts = 64;
/** The same for documents that open into very many places. */
const maxSets = 50_000;

function labelOf(directive: DirectiveNode): string | undefined {
  const value = directive.arguments?.find(({ name }) => name.value === "label")?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

/** The parts of one operation, numbered from 1; 0 is the first. */
export class DeferredParts {
  readonly #parts: DeferredPart[] = [];
  readonly #numbers = new Map<DirectiveNode, Map<string, number>>();

  get size(): number {
    return this.#parts.length;
  }

  /** The numbers of all parts. */
  get numbers(): number[] {
    return this.#parts.map((_part, index) => index + 1);
  }

  get(part: number): DeferredPart {
    return this.#parts[part - 1] as DeferredPart;
  }

  /** Number of the part that `directive` makes at `place` within `parent`. */
  find(parent: number, place: string, directive: DirectiveNode): number {
    return this.#numbers.get(directive)?.get(`${parent} ${place}`) ?? firstPart;
  }

  /** The same, numbered now where it was not before. */
  register(parent: number, place: string, directive: DirectiveNode): number {
    const known = this.find(parent, place, directive);
    if (known !== firstPart) return known;
    const part = this.#parts.length + 1;
    const around = parent === firstPart ? [] : this.get(parent).chain;
    this.#parts.push({ label: labelOf(directive), parent, chain: new Set([...around, part]) });
    const numbers = this.#numbers.get(directive) ?? new Map<string, number>();
    this.#numbers.set(directive, numbers.set(`${parent} ${place}`, part));
    return part;
  }

  /** `parts` without those that come after another of them anyway. */
  earliest(parts: ReadonlySet<number>): ReadonlySet<number> {
    if (parts.has(firstPart)) return new Set([firstPart]);
    return new Set(
      [...parts].filter((part) => [...this.get(part).chain].every((one) => one === part || !parts.has(one))),
    );
  }
}

class TooMuch extends Error {}

/** Walks an operation by places, each selection set once for a place, type and part. */
class Walk {
  readonly parts = new DeferredParts();
  readonly #scope: SelectionScope;
  readonly #onField: OnField;
  readonly #visited = new Map<SelectionSetNode, Set<string>>();
  #budget = maxSets;

  constructor(scope: SelectionScope, onField: OnField) {
    this.#scope = scope;
    this.#onField = onField;
  }

  enter(set: SelectionSetNode, type: GraphQLCompositeType, place: string, part: number): void {
    const visited = this.#visited.get(set) ?? new Set();
    const key = `${part} ${type.name} ${place}`;
    if (visited.has(key)) return;
    this.#visited.set(set, visited.add(key));
    if (--this.#budget < 0) throw new TooMuch();
    for (const node of set.selections)
      if (isIncluded(node, this.#scope.conditions)) this.#selection(node, type, place, part);
  }

  #selection(node: SelectionNode, type: GraphQLCompositeType, place: string, part: number): void {
    if (node.kind === Kind.FIELD) return this.#field(node, type, place, part);
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.#scope.fragments.get(node.name.value);
    if (!fragment) return;
    const condition = fragment.typeCondition && this.#scope.schema.getType(fragment.typeCondition.name.value);
    // What is known of an object is not forgotten in a fragment on its interface.
    const inner = isCompositeType(condition) && !isObjectType(type) ? condition : type;
    const directive = deferOf(node, this.#scope.conditions);
    const innerPart = directive ? this.parts.register(part, place, directive) : part;
    if (this.parts.size > maxParts) throw new TooMuch();
    this.enter(fragment.selectionSet, inner, place, innerPart);
  }

  #field(node: FieldNode, type: GraphQLCompositeType, place: string, part: number): void {
    const name = node.name.value;
    if (name === "__typename") return this.#onField(place, name, type.name, part);
    const definition = isUnionType(type) ? undefined : type.getFields()[name];
    if (!definition) return;
    const key = this.#scope.dataName(node, definition.args.length > 0);
    this.#onField(place, key, type.name, part);
    const inner = getNamedType(definition.type);
    if (isCompositeType(inner)) {
      const below = `${place}/${key}`;
      if (isAbstractType(inner)) this.#onField(below, "__typename", inner.name, part);
      if (node.selectionSet) this.enter(node.selectionSet, inner, below, part);
      // The response writer takes a plain field under its own name where an alias has no value.
    } else if (definition.args.length === 0 && key !== name) this.#onField(place, name, type.name, part);
  }
}

/**
 * Finds the deferred parts of an operation and tells every field that a part shows. Undefined where nothing is deferred, or so
 * much that it is better answered at once.
 */
export function findDeferredParts(
  scope: SelectionScope,
  root: GraphQLCompositeType,
  set: SelectionSetNode,
  onField: OnField,
): DeferredParts | undefined {
  const walk = new Walk(scope, onField);
  try {
    walk.enter(set, root, "", firstPart);
  } catch (error) {
    if (error instanceof TooMuch) return undefined;
    throw error;
  }
  return walk.parts.size > 0 ? walk.parts : undefined;
}
