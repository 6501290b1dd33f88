/** What an operation asks of a schema, what it sends, and what it may be answered. */
import {
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ArgumentNode,
  type ASTNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLInputType,
  type GraphQLSchema,
  type ObjectValueNode,
  type ValueNode,
  type VariableDefinitionNode,
} from "graphql";
import { parentsAsked, type ParentsAsked } from "./parents-asked.ts";

/** The arguments that are written at one place, by name. */
export type Call = ReadonlyMap<string, ValueNode>;

type Growing = {
  operations: Set<string>;
  fields: Set<string>;
  calls: Map<string, Call[]>;
  answers: Map<string, Set<string>>;
  conditions: Set<string>;
  literals: Map<string, ObjectValueNode[]>;
  enumValues: Set<string>;
  carried: Set<string>;
  types: Set<string>;
  directivePlaces: Set<string>;
  variables: Map<string, VariableDefinitionNode[]>;
};

export type Usage = {
  /** `query`, `mutation`, `subscription`. */
  operations: ReadonlySet<string>;
  /** `Type.field` as it is asked: a field that is asked of an interface counts for the interface alone. */
  fields: ReadonlySet<string>;
  /** By `Type.field` and `@directive`: what is passed, once for each place. Calls through an interface count for its objects too. */
  calls: ReadonlyMap<string, readonly Call[]>;
  /** By the named type of each field that is asked: the types of which something is asked there. */
  answers: ReadonlyMap<string, ReadonlySet<string>>;
  /** Types that fragments name. */
  conditions: ReadonlySet<string>;
  /** By name of an input type: the objects of it that are written out. */
  literals: ReadonlyMap<string, readonly ObjectValueNode[]>;
  /** `Enum.VALUE` that is written out. */
  enumValues: ReadonlySet<string>;
  /** Input types, enums and scalars of which a variable may carry any value. */
  carried: ReadonlySet<string>;
  /** Every type that is asked of, answered, sent, or named. */
  types: ReadonlySet<string>;
  /** `@directive:LOCATION`. */
  directivePlaces: ReadonlySet<string>;
  /** By name; a document of several operations may define one several times. */
  variables: ReadonlyMap<string, readonly VariableDefinitionNode[]>;
};

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

const callOf = (given: readonly ArgumentNode[] | undefined): Call =>
  new Map((given ?? []).map(({ name, value }) => [name.value, value]));

/** Everything that a variable of `type` may carry. */
function carry(type: GraphQLInputType, used: Growing): void {
  const named = getNamedType(type);
  used.types.add(named.name);
  if (used.carried.has(named.name)) return;
  used.carried.add(named.name);
  if (isInputObjectType(named)) for (const field of Object.values(named.getFields())) carry(field.type, used);
}

/** What is written out in `value`; variables within it are counted where they are defined. */
function writeOut(value: ValueNode, type: GraphQLInputType, used: Growing): void {
  if (isNonNullType(type)) return writeOut(value, type.ofType, used);
  if (isListType(type)) {
    for (const item of value.kind === Kind.LIST ? value.values : [value]) writeOut(item, type.ofType, used);
    return;
  }
  used.types.add(type.name);
  if (isEnumType(type) && value.kind === Kind.ENUM) used.enumValues.add(`${type.name}.${value.value}`);
  if (!isInputObjectType(type) || value.kind !== Kind.OBJECT) return;
  push(used.literals, type.name, value);
  for (const field of value.fields) {
    const known = type.getFields()[field.name.value];
    if (known) writeOut(field.value, known.type, used);
  }
}

type Arguments = readonly { name: string; type: GraphQLInputType }[];

function writeOutCall(call: Call, known: Arguments, used: Growing): void {
  for (const { name, type } of known) {
    const value = call.get(name);
    if (value) writeOut(value, type, used);
  }
}

function useField(schema: GraphQLSchema, types: TypeInfo, node: FieldNode, used: Growing, asked: ParentsAsked): void {
  const [parent, field] = [types.getParentType(), types.getFieldDef()];
  if (!parent || !field) return;
  used.types.add(parent.name);
  used.fields.add(`${parent.name}.${field.name}`);
  const owners = isInterfaceType(parent) ? [parent, ...schema.getPossibleTypes(parent)] : [parent];
  const call = callOf(node.arguments);
  for (const owner of owners) push(used.calls, `${owner.name}.${field.name}`, call);
  writeOutCall(call, field.args, used);
  const answer = getNamedType(field.type);
  used.types.add(answer.name);
  const known = used.answers.get(answer.name) ?? new Set<string>();
  used.answers.set(answer.name, known);
  if (!isCompositeType(answer) || !node.selectionSet) return;
  for (const one of asked(node.selectionSet, answer.name)) known.add(one);
}

/** Where a directive stands, as GraphQL names the place. */
function locationOf(owner: ASTNode): string {
  if (owner.kind === Kind.OPERATION_DEFINITION) return owner.operation.toUpperCase();
  return owner.kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}

function useDirective(schema: GraphQLSchema, node: DirectiveNode, owner: ASTNode, used: Growing): void {
  const name = `@${node.name.value}`;
  used.directivePlaces.add(`${name}:${locationOf(owner)}`);
  const call = callOf(node.arguments);
  push(used.calls, name, call);
  writeOutCall(call, schema.getDirective(node.name.value)?.args ?? [], used);
}

const nothing = (): Growing => ({
  operations: new Set(),
  fields: new Set(),
  calls: new Map(),
  answers: new Map(),
  conditions: new Set(),
  literals: new Map(),
  enumValues: new Set(),
  carried: new Set(),
  types: new Set(),
  directivePlaces: new Set(),
  variables: new Map(),
});

/**
 * What `document` uses of `schema`. What the schema does not know is left out. Each node of the document is looked at
 * once, however often a fragment is spread.
 */
export function usageOf(schema: GraphQLSchema, document: DocumentNode): Usage {
  const used = nothing();
  const types = new TypeInfo(schema);
  const asked = parentsAsked(document);
  const useCondition = (name: string): void => {
    used.conditions.add(name);
    used.types.add(name);
  };
  const visitor = visitWithTypeInfo(types, {
    OperationDefinition: ({ operation }) => {
      used.operations.add(operation);
      used.types.add(schema.getRootType(operation)?.name ?? operation);
    },
    VariableDefinition: (node) => {
      push(used.variables, node.variable.name.value, node);
      const type = types.getInputType();
      if (!type) return;
      carry(type, used);
      if (node.defaultValue) writeOut(node.defaultValue, type, used);
    },
    Field: (node) => useField(schema, types, node, used, asked),
    InlineFragment: ({ typeCondition }) => {
      if (typeCondition) useCondition(typeCondition.name.value);
    },
    FragmentDefinition: ({ typeCondition }) => useCondition(typeCondition.name.value),
    Directive: (node, _key, _parent, _path, ancestors) => {
      const owner = ancestors.at(-1);
      if (owner && "kind" in owner) useDirective(schema, node, owner, used);
    },
  });
  visit(document, visitor);
  return used;
}
