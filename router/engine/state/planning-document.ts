/**
 * The client's operation as the planner gets it, in a normal form: no fragments but one per object type where objects of
 * one place differ, no @skip and @include (their values are known), every field once, names made safe. The planner is at
 * its best with such operations; several of its known mistakes need more than that to show.
 */
import {
  Kind,
  OperationTypeNode,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLError,
  type GraphQLObjectType,
  type NameNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { errorCatalogue, graphqlError } from "../../../kit/errors.ts";
import {
  collectFields,
  refusedCondition,
  type CollectedField,
  type SelectionScope,
} from "../compile/collect-fields.ts";
import { listMarks } from "../compile/list-marks.ts";
import type { EntityRoot } from "./entity-roots.ts";
import { forwarded } from "./executable-directives.ts";
import { keyPartsAsAsked, plainPart } from "./key-selections.ts";
import { ExactLiterals } from "./exact-literals.ts";
import type { RequirementsApart } from "./requirements-apart.ts";
import { differInOrder, isTypename, ownFields, sharedFields, type PerObject } from "./shared-fields.ts";

/** What planning knows of the graph beyond its types. */
export type PlanningGraph = {
  /** For objects that a subgraph may know by their interface alone: how to plan from them on. */
  rootOf(objectName: string): EntityRoot | undefined;
  /** Whether a field may be answered by a subgraph that knows the field's interface as an object only. */
  isUntyped(typeName: string, fieldName: string): boolean;
  /** Whether only subgraphs that know an object's interface as an object have a field. */
  isInterfaceOnly(objectName: string, fieldName: string): boolean;
  /** Names of the directives that subgraphs are to see. */
  readonly forwardedDirectives: ReadonlySet<string>;
};

/** Selections that are planned apart, from objects of one type on. */
export type EntityPart = {
  /** Way from the root of the response; "@" enters a list. */
  readonly path: readonly string[];
  readonly objectType: string;
  readonly root: EntityRoot;
  readonly selections: readonly SelectionNode[];
};

/** An operation for the planner, and what is planned apart from it. */
export type PlanningOperation = {
  readonly document: DocumentNode;
  readonly parts: readonly EntityPart[];
  /** What the planner sees of the operation's definition, and puts its literals back. */
  readonly operation: OperationDefinitionNode;
  readonly literals: ExactLiterals;
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

type Scope = SelectionScope & {
  graph: PlanningGraph;
  parts: EntityPart[];
  readonly literals: ExactLiterals;
  /** Where set, fields that require something are planned apart as well. */
  apart: RequirementsApart | undefined;
  /** Places and fields whose requirements are asked for already. */
  readonly required: Set<string>;
  /** Selections left, against documents that open into far more than they are. */
  budget: { left: number };
};

/** Where a selection set stands. */
type Place = { path: readonly string[]; isUntyped: boolean };
type AbstractPlace = Place & {
  /** What an object gives of which nothing but the abstract type is known. */
  untyped: readonly CollectedField[];
};

/** Selections that a document may open into, its fragments and the types of its objects told apart; the planner's own limit is ten million. */
const maxSelections = 20_000;

function tooManySelections(): GraphQLError {
  const error = graphqlError(
    "OPERATION_TOO_LARGE",
    `The operation opens into more than ${maxSelections} fields to be planned.`,
  );
  error.extensions["http"] = { status: errorCatalogue.OPERATION_TOO_LARGE.status };
  return error;
}

const name = (value: string): NameNode => ({ kind: Kind.NAME, value });
const typename: FieldNode = { kind: Kind.FIELD, name: name("__typename") };

function field(
  scope: Scope,
  type: GraphQLCompositeType,
  one: CollectedField,
  path: readonly string[],
): SelectionNode[] {
  if (--scope.budget.left < 0) throw tooManySelections();
  const node = one.nodes[0] as FieldNode;
  const definition = isUnionType(type) ? undefined : type.getFields()[node.name.value];
  // Introspection is no subgraph's.
  if (!definition) return isTypename(one) ? [typename] : [];
  const key = scope.dataName(node, definition.args.length > 0);
  const named: FieldNode = {
    kind: Kind.FIELD,
    name: node.name,
    ...(key === node.name.value ? {} : { alias: name(key) }),
    ...(node.arguments ? { arguments: scope.literals.hide(node.arguments, definition.args) } : {}),
    directives: forwarded(one.nodes, scope.graph.forwardedDirectives),
  };
  const fieldType = getNamedType(definition.type);
  if (!isCompositeType(fieldType)) return mayBeApart(scope, type, named, path);
  const place = {
    path: [...path, key, ...listMarks(definition.type)],
    isUntyped: scope.graph.isUntyped(type.name, node.name.value),
  };
  const sets = one.nodes.map((each) => each.selectionSet);
  return mayBeApart(scope, type, { ...named, selectionSet: selectionSet(scope, fieldType, sets, place) }, path);
}

/** A field as it is asked for, or what is asked for in its place while it is planned apart. */
function mayBeApart(
  { apart, parts, required }: Scope,
  type: GraphQLCompositeType,
  node: FieldNode,
  path: readonly string[],
): SelectionNode[] {
  if (!apart?.has(type.name, node.name.value)) return [node];
  const isNew = (place: string) => !required.has(place) && required.add(place).size > 0;
  return apart.selections(type.name, node.name.value, { path, add: (one) => parts.push(one), isNew }, [node]);
}

/**
 * What objects of one type are asked for beside what all are asked for. Fields for which the planner would have to leave
 * an interface object by its type go into a part of their own; the key that the part starts from is asked for here.
 */
function ownSelections(
  scope: Scope,
  object: GraphQLCompositeType,
  fields: readonly CollectedField[],
  { path, isUntyped }: Place,
): readonly SelectionNode[] {
  const root = scope.graph.rootOf(object.name);
  const isApart = (one: CollectedField): boolean =>
    root !== undefined &&
    !isTypename(one) &&
    (isUntyped || scope.graph.isInterfaceOnly(object.name, one.nodes[0]?.name.value ?? ""));
  const make = (one: CollectedField) => field(scope, object, one, path);
  const inline = fields.filter((one) => !isApart(one)).flatMap(make);
  const apart = fields.filter(isApart);
  if (!root || apart.length === 0) return inline;
  const part: Mutable<EntityPart> = { path, objectType: object.name, root, selections: [] };
  // Before its own parts, which start where it has been.
  scope.parts.push(part);
  part.selections = apart.flatMap(make);
  return [...root.key.selections, ...keyPartsAsAsked(scope, root.key, apart, object), ...inline];
}

/** Fields of an abstract type: those that every object has to give, then those of each object type. */
function abstractSelections(
  scope: Scope,
  type: GraphQLCompositeType,
  perObject: PerObject,
  place: AbstractPlace,
): SelectionNode[] {
  const shared = new Map(
    [...sharedFields(type, perObject)].filter(([, { nodes }]) =>
      perObject.every(([object]) => !scope.apart?.has(object.name, nodes[0]?.name.value ?? "")),
    ),
  );
  const common = [...shared.values()].flatMap((one) => field(scope, type, one, place.path));
  const fragments = perObject.flatMap(([object, fields]): SelectionNode[] => {
    const selections = ownSelections(scope, object, ownFields(fields, shared), place);
    if (selections.length === 0) return [];
    // Of an untyped object nothing is left here but its key, which its interface has as well.
    if (place.isUntyped && scope.graph.rootOf(object.name)) return [...selections];
    const typeCondition = { kind: Kind.NAMED_TYPE as const, name: name(object.name) };
    return [{ kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet: { kind: Kind.SELECTION_SET, selections } }];
  });
  // Which fragment an object matches, and the order of its fields, is read from its type's name.
  return [
    ...(fragments.length > 0 || differInOrder([place.untyped, ...perObject.map(([, fields]) => fields)])
      ? [typename]
      : []),
    ...common,
    ...fragments,
  ];
}

/** Each `__typename` once. */
function distinct(selections: readonly SelectionNode[]): SelectionNode[] {
  const others = selections.filter((node) => node !== typename);
  return others.length < selections.length || others.length === 0 ? [typename, ...others] : others;
}

function selectionSet(
  scope: Scope,
  type: GraphQLCompositeType,
  sets: readonly (SelectionSetNode | undefined)[],
  place: Place,
): SelectionSetNode {
  const objects = isAbstractType(type) ? scope.schema.getPossibleTypes(type) : [type];
  const perObject = objects.map((object) => [object, collectFields(scope, object, sets)] as const);
  // An interface may have no objects here at all, but be an object in the subgraph that answers.
  const isAbstract = isAbstractType(type) && objects.length > 0;
  const selections = isAbstract
    ? abstractSelections(scope, type, perObject, { ...place, untyped: collectFields(scope, type, sets) })
    : (perObject[0]?.[1] ?? collectFields(scope, type, sets)).flatMap((one) => field(scope, type, one, place.path));
  const root = place.isUntyped ? scope.graph.rootOf(objects[0]?.name ?? "") : undefined;
  const presence = root ? plainPart(root.key) : [];
  // Whether an object is refused for a null condition is read from its type's name.
  const refusal = objects.some((object) => refusedCondition(scope, object, sets) !== undefined) ? [typename] : [];
  return {
    kind: Kind.SELECTION_SET,
    selections: distinct([...refusal, ...(selections.length > 0 ? selections : presence)]),
  };
}

/** The document of the parts: each a root field, named by `partKey`. */
export function partsDocument(parts: readonly EntityPart[], operation: OperationDefinitionNode): DocumentNode {
  const selections = parts.map(({ root, selections: inner }, index): FieldNode => ({
    kind: Kind.FIELD,
    alias: name(partKey(index)),
    name: name(root.field),
    selectionSet: { kind: Kind.SELECTION_SET, selections: inner },
  }));
  const selectionSet = { kind: Kind.SELECTION_SET as const, selections };
  return {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, operation: OperationTypeNode.QUERY, selectionSet, directives: [] }],
  };
}

/** Response key of a part's root in `partsDocument`. */
export const partKey = (index: number): string => `part${index}`;

/** Root fields of an operation. */
export type RootFields = {
  readonly operation: OperationDefinitionNode;
  readonly root: GraphQLObjectType;
  readonly fields: readonly CollectedField[];
};

/**
 * What to plan for some root fields of an operation; undefined where no subgraph need be asked. `scope` holds the operation's
 * fragments and condition values. With `apart`, requirements are planned that way. Throws OPERATION_TOO_LARGE.
 */
export function planningOperation(
  scope: SelectionScope,
  graph: PlanningGraph,
  { operation, root, fields }: RootFields,
  apart?: RequirementsApart,
): PlanningOperation | undefined {
  const parts: EntityPart[] = [];
  const literals = new ExactLiterals(operation);
  const inner: Scope = {
    ...scope,
    graph,
    parts,
    literals,
    apart,
    required: new Set(),
    budget: { left: maxSelections },
  };
  const selections = fields.filter((one) => !isTypename(one)).flatMap((one) => field(inner, root, one, []));
  if (selections.length === 0) return undefined;
  const directives = forwarded([operation], graph.forwardedDirectives);
  const variableDefinitions = literals.definitions;
  const planned: OperationDefinitionNode = {
    ...operation,
    variableDefinitions,
    directives,
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
  return { document: { kind: Kind.DOCUMENT, definitions: [planned] }, parts, operation: planned, literals };
}
