/** Whether what is sent is still taken where the type or the default of its place changed. */
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
  isTypeSubTypeOf,
  Kind,
  typeFromAST,
  valueFromAST,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  type NamedTypeNode,
  type ValueNode,
  type VariableDefinitionNode,
} from "graphql";

/** An argument or a field of an input type; `defaultValue` is undefined without a default. */
export type Place = { type: GraphQLInputType; defaultValue?: unknown };

/** Looks up the definitions of a variable, and the new schema's types. */
export type Sender = {
  after: GraphQLSchema;
  variables: ReadonlyMap<string, readonly VariableDefinitionNode[]>;
};

/** Whether a place must be given a value. */
export const isRequired = ({ type, defaultValue }: Place): boolean => isNonNullType(type) && defaultValue === undefined;

const isNullable = (definition: VariableDefinitionNode) => definition.type.kind !== Kind.NON_NULL_TYPE;

/** Whether `value` may be left out when the operation is sent: it is not written, or is a variable that may be missing. */
export function mayBeOmitted(value: ValueNode | undefined, { variables }: Sender): boolean {
  if (value?.kind !== Kind.VARIABLE) return value === undefined;
  return (variables.get(value.name.value) ?? []).some((one) => isNullable(one) && one.defaultValue === undefined);
}

/** https://spec.graphql.org/September2025/#IsVariableUsageAllowed() */
function isUsageAllowed(after: GraphQLSchema, definition: VariableDefinitionNode, place: Place): boolean {
  const type = typeFromAST(after, definition.type as NamedTypeNode) as GraphQLInputType | undefined;
  if (type === undefined) return false;
  if (!isNonNullType(place.type) || isNonNullType(type)) return isTypeSubTypeOf(after, type, place.type);
  const filled = definition.defaultValue !== undefined && definition.defaultValue.kind !== Kind.NULL;
  return (filled || place.defaultValue !== undefined) && isTypeSubTypeOf(after, type, place.type.ofType);
}

/** A variable is refused where its type no longer fits, and when it is null where null was taken and no longer is. */
function isVariableRefused(definition: VariableDefinitionNode, old: Place | undefined, now: Place, sender: Sender) {
  if (!isUsageAllowed(sender.after, definition, now)) return true;
  const nullWasTaken = old === undefined || !isNonNullType(old.type);
  return isNullable(definition) && nullWasTaken && isNonNullType(now.type);
}

/** `type` without its `!`. */
const stripped = (type: GraphQLInputType): GraphQLInputType => (isNonNullType(type) ? type.ofType : type);

/** The place of an item, where `type` is a list of them; a value that stands for a list of one is its own item. */
const itemPlace = (place: Place | undefined): Place | undefined => {
  const type = place && stripped(place.type);
  return type && { type: isListType(type) ? type.ofType : type };
};

/** Whether a value as it is written out, valid where `old` was the place, is refused now. */
export function isValueRefused(value: ValueNode, old: Place | undefined, now: Place, sender: Sender): boolean {
  if (value.kind === Kind.VARIABLE)
    return (sender.variables.get(value.name.value) ?? []).some((one) => isVariableRefused(one, old, now, sender));
  if (value.kind === Kind.NULL) return isNonNullType(now.type);
  const type = isNonNullType(now.type) ? now.type.ofType : now.type;
  if (isListType(type)) {
    const items = value.kind === Kind.LIST ? value.values : [value];
    return items.some((item) => isValueRefused(item, itemPlace(old), { type: type.ofType }, sender));
  }
  if (value.kind === Kind.LIST) return true;
  // What changed within a type of the same name is a change of its own.
  if (old && getNamedType(old.type).name === type.name) return false;
  if (isInputObjectType(type)) return isObjectRefused(value, old, type, sender);
  // Nobody but its servers knows what a scalar of our own takes.
  if (!isEnumType(type) && !isSpecifiedScalarType(type)) return true;
  return valueFromAST(value, type) === undefined;
}

function isObjectRefused(value: ValueNode, old: Place | undefined, type: GraphQLInputObjectType, sender: Sender) {
  if (value.kind !== Kind.OBJECT) return true;
  const fields = type.getFields();
  const before = old && getNamedType(old.type);
  const beforeFields = isInputObjectType(before) ? before.getFields() : {};
  const given = new Map(value.fields.map((field) => [field.name.value, field.value]));
  if ([...given.keys()].some((name) => fields[name] === undefined)) return true;
  return Object.values(fields).some((field) => {
    const one = given.get(field.name);
    return one === undefined ? isRequired(field) : isValueRefused(one, beforeFields[field.name], field, sender);
  });
}

/** Scalars as JSON: what one may carry and another takes. */
const wider: Readonly<Record<string, readonly string[]>> = {
  Int: ["Float", "ID"],
  String: ["ID"],
  // Values of an enum are strings.
  enum: ["String", "ID"],
};

type Pairs = ReadonlySet<string>;

/** An input object of one type as one of another; pairs under question are assumed to fit. */
function isObjectTaken(old: GraphQLInputObjectType, now: GraphQLInputObjectType, assumed: Pairs): boolean {
  const pair = `${old.name} ${now.name}`;
  if (assumed.has(pair)) return true;
  const within = new Set([...assumed, pair]);
  const [had, has] = [old.getFields(), now.getFields()];
  const areTaken = Object.values(had).every(({ name, type }) => {
    const field = has[name];
    return field !== undefined && isEveryValueTaken(type, field.type, within);
  });
  return areTaken && Object.values(has).every((field) => !isRequired(field) || isGiven(had[field.name]));
}

const isGiven = (field: Place | undefined) => field !== undefined && isRequired(field);

function isNonNullTaken(old: GraphQLInputType, now: GraphQLInputType, assumed: Pairs): boolean {
  if (isListType(now))
    return isListType(old)
      ? isEveryValueTaken(old.ofType, now.ofType, assumed)
      : isNonNullTaken(old, stripped(now.ofType), assumed);
  if (isListType(old) || isNonNullType(old) || isNonNullType(now)) return false;
  if (old.name === now.name) return true;
  if (isInputObjectType(old)) return isInputObjectType(now) && isObjectTaken(old, now, assumed);
  if (isEnumType(old) && isEnumType(now)) return old.getValues().every(({ name }) => now.getValue(name) !== undefined);
  const taker = isEnumType(old) ? "enum" : old.name;
  return isSpecifiedScalarType(now) && (wider[taker]?.includes(now.name) ?? false);
}

/** Whether every value that a variable could carry as `old` is taken as `now`; values of a scalar of our own by itself alone. */
export const isEveryValueTaken = (old: GraphQLInputType, now: GraphQLInputType, assumed: Pairs = new Set()): boolean =>
  (isNonNullType(old) || !isNonNullType(now)) && isNonNullTaken(stripped(old), stripped(now), assumed);
