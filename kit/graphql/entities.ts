/** Entities by their keys: each representation answers for itself, and one that is no key is null. */
import {
  isLeafType,
  isObjectType,
  Kind,
  parse,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from "graphql";
import { isId } from "../id.ts";

type Resolve = GraphQLFieldResolver<unknown, unknown>;
type Representation = Record<string, unknown>;
type Reference = (representation: Representation, context: unknown, info: unknown) => unknown;

const isKey = (directive: ConstDirectiveNode) => /^(federation__)?key$/.test(directive.name.value);

const argumentOf = (directive: ConstDirectiveNode, name: string): unknown => {
  const found = directive.arguments?.find((argument) => argument.name.value === name);
  return found && valueFromASTUntyped(found.value);
};

/** The keys by which the subgraph can find objects of the type. */
const keysOf = (type: GraphQLObjectType): SelectionSetNode[] =>
  [type.astNode, ...type.extensionASTNodes]
    .flatMap((node) => node?.directives ?? [])
    .filter((directive) => isKey(directive) && argumentOf(directive, "resolvable") !== false)
    .flatMap((directive) => {
      const [operation] = parse(`{${String(argumentOf(directive, "fields"))}}`).definitions;
      return operation?.kind === Kind.OPERATION_DEFINITION ? [operation.selectionSet] : [];
    });

const isRecord = (value: unknown): value is Representation =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether `value` has each field of the key: ids and strings as strings, other leaves as their type has them, objects below. */
function hasKey(schema: GraphQLSchema, type: GraphQLObjectType, key: SelectionSetNode, value: Representation): boolean {
  return key.selections.every((selection) => {
    if (selection.kind !== Kind.FIELD) return false;
    const part = value[selection.name.value];
    const name = nameOf(type, selection.name.value);
    if (name === "ID" || name === "String") return typeof part === "string";
    const below = schema.getType(name);
    if (selection.selectionSet)
      return isObjectType(below) && isRecord(part) && hasKey(schema, below, selection.selectionSet, part);
    return part != null && isLeafType(below) && parses(() => below.parseValue(part));
  });
}

const nameOf = (type: GraphQLObjectType, field: string): string =>
  String(type.getFields()[field]?.type ?? "").replaceAll(/[[\]!]/g, "");

function parses(read: () => unknown): boolean {
  try {
    return read() !== undefined;
  } catch {
    return false;
  }
}

/** A reference resolver that throws before its first wait would fail every other key of the batch. */
function rejectInsteadOfThrowing(type: GraphQLObjectType): void {
  const subgraph = (type.extensions as { apollo?: { subgraph?: { resolveReference?: Reference } } }).apollo?.subgraph;
  const resolve = subgraph?.resolveReference;
  if (!subgraph || !resolve) return;
  subgraph.resolveReference = (...given) => {
    try {
      return resolve(...given);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}

/**
 * Makes `_entities` of `schema` answer null for whatever is no key of an entity of this subgraph (another type's name, a
 * key that lacks a field or holds a value of a wrong kind), and makes one failing key fail alone. Changes the schema in place.
 */
export function guardEntities(schema: GraphQLSchema): GraphQLSchema {
  const entities = schema.getQueryType()?.getFields()["_entities"];
  if (!entities?.resolve) return schema;
  const keys = new Map<string, { type: GraphQLObjectType; keys: SelectionSetNode[] }>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    const own = keysOf(type);
    if (own.length > 0) keys.set(type.name, { type, keys: own });
    rejectInsteadOfThrowing(type);
  }
  const isAskable = (representation: unknown): boolean => {
    if (!isRecord(representation)) return false;
    const entity = keys.get(String(representation["__typename"]));
    return entity?.keys.some((key) => hasKey(schema, entity.type, key, representation)) ?? false;
  };
  const resolve: Resolve = entities.resolve;
  entities.resolve = (source, args, context, info) => {
    const representations = args["representations"] as readonly unknown[];
    const askable = representations.map(isAskable);
    if (askable.every(Boolean)) return resolve(source, args, context, info);
    const good = representations.filter((_, index) => askable[index]);
    const found = (resolve(source, { ...args, representations: good }, context, info) as unknown[]).values();
    return askable.map((is) => (is ? found.next().value : null));
  };
  return schema;
}

/**
 * The reference resolver of an entity to which a subgraph only adds fields: the object known by its id alone. Null for an
 * id that is not of `prefix`: whether there is such an object, its owner knows.
 */
export const knownById =
  (prefix: string) =>
  <T extends { id: string }>(reference: T): T | null =>
    isId(prefix, reference.id) ? reference : null;
