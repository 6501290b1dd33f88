/**
 * Estimates how many fields the answer to an operation will have, before any work is done: each field counts for every object
 * that it is asked of, lists with the lengths that the graph or the client's arguments tell. Made once per document; what depends
 * on variables is a formula over them.
 */
import {
  Kind,
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  isUnionType,
  valueFromAST,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import type { FieldWeights } from "./field-weights.ts";
import { FormulaBuilder, type Amount, type Size } from "./formula.ts";

export type EstimateOptions = {
  weights: FieldWeights;
  /** Length of a list of which nothing is said. */
  assumedListSize: number;
};

/** Lengths of lists below a field, by the way to them (`edges`, `page.items`); as text too, to tell one such set from another. */
type Sized = { readonly lengths: ReadonlyMap<string, Size>; readonly key: string };

const unsized: Sized = { lengths: new Map(), key: "" };

/** What limits a list where the graph says nothing: the arguments of the connections specification. */
const usualSlicing = ["first", "last"];
/** Where a connection holds its list. */
const usualSized = ["edges", "nodes"];

const isList = (type: GraphQLOutputType): boolean => isListType(isNonNullType(type) ? type.ofType : type);

const isRepresentations = (name: string, argument: string): boolean =>
  name === "_entities" && argument === "representations";

/** A length as a request gives it; `absent` where it gives none. */
const lengthOf = (value: unknown, absent: number): number => {
  if (Array.isArray(value)) return value.length;
  return typeof value === "number" && value >= 0 ? value : absent;
};

class Estimator {
  readonly formula = new FormulaBuilder();
  readonly #schema: GraphQLSchema;
  readonly #options: EstimateOptions;
  readonly #operation: OperationDefinitionNode;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #known = new Map<string, Amount>();
  readonly #numbers = new Map<FieldNode, number>();

  constructor(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    options: EstimateOptions,
  ) {
    this.#schema = schema;
    this.#options = options;
    this.#operation = operation;
    this.#fragments = new Map(
      document.definitions.flatMap((node) =>
        node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
      ),
    );
  }

  set(set: SelectionSetNode, type: GraphQLNamedType | undefined, sized: Sized): Amount {
    return this.formula.sum(set.selections.map((node) => this.#selection(node, type, sized)));
  }

  #selection(node: SelectionNode, type: GraphQLNamedType | undefined, sized: Sized): Amount {
    if (node.kind === Kind.FIELD) return this.#field(node, type, sized);
    if (node.kind === Kind.FRAGMENT_SPREAD) return this.#fragment(node.name.value, sized);
    const { typeCondition, selectionSet } = node;
    return this.set(selectionSet, typeCondition ? this.#schema.getType(typeCondition.name.value) : type, sized);
  }

  #fragment(name: string, sized: Sized): Amount {
    const key = `${name} ${sized.key}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    if (!fragment) return 0;
    const amount = this.set(fragment.selectionSet, this.#schema.getType(fragment.typeCondition.name.value), sized);
    this.#known.set(key, amount);
    return amount;
  }

  #field(node: FieldNode, parent: GraphQLNamedType | undefined, sized: Sized): Amount {
    const name = node.name.value;
    // Introspection is bounded by validation, and asks nobody.
    if (name.startsWith("__")) return 1;
    const definition = isCompositeType(parent) && !isUnionType(parent) ? parent.getFields()[name] : undefined;
    if (!parent || !definition) return 1;
    const { fields, types } = this.#options.weights;
    const named = getNamedType(definition.type);
    const weight = fields.get(`${parent.name}.${name}`);
    const own = Math.max(1, weight?.cost ?? types.get(named.name) ?? 1);
    if (!node.selectionSet) return own;
    const slice = this.#slice(node, definition, weight?.slicingArguments);
    const listed = isList(definition.type);
    const length = sized.lengths.get(name) ?? slice ?? weight?.assumedSize ?? this.#options.assumedListSize;
    const inner = this.set(node.selectionSet, named, this.#below(node, sized, listed ? undefined : slice, weight));
    return this.formula.product(own, listed ? length : 1, inner);
  }

  /** Lengths that hold below a field: those that it says itself, and what is left of the ways that lead through it. */
  #below(
    node: FieldNode,
    around: Sized,
    slice: Size | undefined,
    weight: { sizedFields?: readonly string[]; assumedSize?: number } | undefined,
  ): Sized {
    const lengths = new Map<string, Size>();
    const size = slice ?? (weight?.sizedFields ? weight.assumedSize : undefined);
    if (size !== undefined) for (const way of weight?.sizedFields ?? usualSized) lengths.set(way, size);
    const prefix = `${node.name.value}.`;
    const inherited = [...around.lengths].filter(([way]) => way.startsWith(prefix));
    for (const [way, length] of inherited) lengths.set(way.slice(prefix.length), length);
    if (lengths.size === 0) return unsized;
    const isKnown = [...lengths.values()].every((one) => typeof one === "number");
    // The same field gives the same lengths each time: else fragments below it would be looked at anew at every spread.
    const key = isKnown ? [...lengths].join() : `${this.#numberOf(node)} ${inherited.length > 0 ? around.key : ""}`;
    return { lengths, key };
  }

  #numberOf(node: FieldNode): string {
    const number = this.#numbers.get(node) ?? this.#numbers.size;
    this.#numbers.set(node, number);
    return `field ${number}`;
  }

  /** The largest of the arguments that limit a list; undefined where there are none, or none has a value. */
  #slice(
    node: FieldNode,
    definition: GraphQLField<unknown, unknown>,
    slicing: readonly string[] | undefined,
  ): Size | undefined {
    const names = definition.args
      .map((argument) => argument.name)
      .filter((name) => (slicing ?? usualSlicing).includes(name) || isRepresentations(definition.name, name));
    const sizes = names.flatMap((name) => this.#argument(node, definition, name) ?? []);
    if (sizes.length === 0) return undefined;
    if (sizes.every((size) => typeof size === "number")) return Math.max(...sizes);
    return (variables) => Math.max(...sizes.map((size) => (typeof size === "number" ? size : size(variables))));
  }

  #argument(node: FieldNode, definition: GraphQLField<unknown, unknown>, name: string): Size | undefined {
    const argument = definition.args.find((one) => one.name === name);
    const value = node.arguments?.find((one) => one.name.value === name)?.value;
    const otherwise = typeof argument?.defaultValue === "number" ? argument.defaultValue : undefined;
    if (!argument || !value) return otherwise;
    const { assumedListSize } = this.#options;
    if (value.kind !== Kind.VARIABLE) {
      const given: unknown = value.kind === Kind.LIST ? value.values : valueFromAST(value, argument.type);
      return given === null ? otherwise : lengthOf(given, assumedListSize);
    }
    const variable = value.name.value;
    const declared = this.#operation.variableDefinitions?.find((one) => one.variable.name.value === variable);
    const byDefault =
      declared?.defaultValue?.kind === Kind.INT ? Number(declared.defaultValue.value) : (otherwise ?? assumedListSize);
    return (variables) => lengthOf(variables[variable], byDefault);
  }
}

/**
 * The estimate of an operation of a document that is valid for `schema`: a number of fields, or a function of the request's
 * variables (as sent, before coercion) where it depends on them. May be Infinity.
 */
export function answerEstimate(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  options: EstimateOptions,
): Size {
  const estimator = new Estimator(schema, document, operation, options);
  const root = schema.getRootType(operation.operation) ?? undefined;
  return estimator.formula.finish(estimator.set(operation.selectionSet, root, unsized));
}
