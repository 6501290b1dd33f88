/** Decides by `@tag` what of a supergraph belongs to a contract, as Apollo's contracts do, and hides the rest. */
import {
  Kind,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InputObjectTypeDefinitionNode,
  type InputValueDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type ScalarTypeDefinitionNode,
  type TypeNode,
  type UnionTypeDefinitionNode,
} from "graphql";

/** Tags to keep and tags to leave out. An empty `include` keeps what is untagged; `exclude` wins. */
export type ContractFilter = { include: readonly string[]; exclude: readonly string[] };

type Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;
type TypeDefinition =
  | Composite
  | UnionTypeDefinitionNode
  | EnumTypeDefinitionNode
  | InputObjectTypeDefinitionNode
  | ScalarTypeDefinitionNode;
type Tagged = { readonly directives?: readonly ConstDirectiveNode[] };

const kinds: readonly string[] = [
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.UNION_TYPE_DEFINITION,
  Kind.ENUM_TYPE_DEFINITION,
  Kind.INPUT_OBJECT_TYPE_DEFINITION,
  Kind.SCALAR_TYPE_DEFINITION,
];

/** True for a type of the graph itself; `join__…` and `link__…` belong to the supergraph's own machinery. */
export const isGraphType = (node: DefinitionNode): node is TypeDefinition =>
  kinds.includes(node.kind) && !(node as TypeDefinition).name.value.includes("__");

const isComposite = (node: TypeDefinition): node is Composite =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION;

const namedType = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type));

const isRequired = (value: InputValueDefinitionNode): boolean =>
  value.type.kind === Kind.NON_NULL_TYPE && value.defaultValue === undefined;

const tagsOf = (node: Tagged): string[] =>
  (node.directives ?? []).flatMap(({ name, arguments: given }) => {
    const value = name.value === "tag" ? given?.[0]?.value : undefined;
    return value?.kind === Kind.STRING ? [value.value] : [];
  });

const isInaccessible = (node: Tagged): boolean =>
  (node.directives ?? []).some(({ name }) => name.value === "inaccessible");

const rootNames = ["Query", "Mutation", "Subscription"];

/** Coordinates (`Type`, `Type.member`, `Type.field(argument:)`) that `filter` leaves out of `document`, those already inaccessible included. */
export function hiddenBy(document: DocumentNode, filter: ContractFilter): Set<string> {
  const types = document.definitions.filter(isGraphType);
  const hidden = new Set<string>();
  for (const type of types) hideTagged(type, filter, hidden);
  // Hiding one thing may leave another without a type to stand on.
  for (let before = -1; before !== hidden.size;) {
    before = hidden.size;
    for (const type of types) hideBereft(type, hidden);
  }
  const reached = reachable(types, hidden);
  for (const { name } of types) if (!reached.has(name.value)) hidden.add(name.value);
  return hidden;
}

function hideTagged(type: TypeDefinition, { include, exclude }: ContractFilter, hidden: Set<string>): void {
  const name = type.name.value;
  const excluded = (node: Tagged) => isInaccessible(node) || tagsOf(node).some((tag) => exclude.includes(tag));
  const included = (node: Tagged) => include.length === 0 || tagsOf(node).some((tag) => include.includes(tag));
  if (excluded(type)) hidden.add(name);
  if (type.kind === Kind.UNION_TYPE_DEFINITION && !included(type)) hidden.add(name);
  if (type.kind === Kind.ENUM_TYPE_DEFINITION)
    for (const value of type.values ?? []) if (excluded(value)) hidden.add(`${name}.${value.name.value}`);
  if (type.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
    for (const field of type.fields ?? []) if (excluded(field)) hidden.add(`${name}.${field.name.value}`);
  if (!isComposite(type)) return;
  for (const field of type.fields ?? []) {
    const coordinate = `${name}.${field.name.value}`;
    if (excluded(field) || !(included(type) || included(field))) hidden.add(coordinate);
    for (const argument of field.arguments ?? [])
      if (excluded(argument)) hidden.add(`${coordinate}(${argument.name.value}:)`);
  }
}

function isFieldBereft(coordinate: string, field: FieldDefinitionNode, hidden: Set<string>): boolean {
  for (const argument of field.arguments ?? []) {
    const place = `${coordinate}(${argument.name.value}:)`;
    if (hidden.has(namedType(argument.type))) hidden.add(place);
    if (hidden.has(place) && isRequired(argument)) return true;
  }
  return hidden.has(namedType(field.type));
}

/** Hides what refers to something hidden, and types of which nothing is left. */
function hideBereft(type: TypeDefinition, hidden: Set<string>): void {
  const name = type.name.value;
  const members = (list: readonly { name: { value: string } }[] | undefined) =>
    (list ?? []).map((member) => `${name}.${member.name.value}`);
  const allHidden = (list: readonly string[]) => list.length > 0 && list.every((member) => hidden.has(member));
  if (type.kind === Kind.UNION_TYPE_DEFINITION) {
    if (allHidden((type.types ?? []).map((member) => member.name.value))) hidden.add(name);
  } else if (type.kind === Kind.ENUM_TYPE_DEFINITION) {
    if (allHidden(members(type.values))) hidden.add(name);
  } else if (type.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) {
    for (const field of type.fields ?? [])
      if (hidden.has(namedType(field.type))) hidden.add(`${name}.${field.name.value}`);
    const lacksRequired = (type.fields ?? []).some(
      (field) => isRequired(field) && hidden.has(`${name}.${field.name.value}`),
    );
    if (lacksRequired || allHidden(members(type.fields))) hidden.add(name);
  } else if (isComposite(type)) {
    for (const field of type.fields ?? []) {
      const coordinate = `${name}.${field.name.value}`;
      if (isFieldBereft(coordinate, field, hidden)) hidden.add(coordinate);
    }
    if (allHidden(members(type.fields))) hidden.add(name);
  }
}

/** What a client can get to. An interface that only objects name, and no field answers, brings none of its other objects. */
function reachable(types: readonly TypeDefinition[], hidden: ReadonlySet<string>): Set<string> {
  const byName = new Map(types.map((type) => [type.name.value, type]));
  const reached = new Set<string>();
  const answered = new Set<string>();
  const visitField = (coordinate: string, field: FieldDefinitionNode) => {
    if (hidden.has(coordinate)) return;
    visitType(namedType(field.type), true);
    for (const argument of field.arguments ?? [])
      if (!hidden.has(`${coordinate}(${argument.name.value}:)`)) visitType(namedType(argument.type), false);
  };
  const visitType = (name: string, asAnswer: boolean): void => {
    const type = byName.get(name);
    if (!type || hidden.has(name)) return;
    if (asAnswer && type.kind === Kind.INTERFACE_TYPE_DEFINITION && !answered.has(name)) {
      answered.add(name);
      for (const other of types)
        if (isComposite(other) && other.interfaces?.some((one) => one.name.value === name))
          visitType(other.name.value, true);
    }
    if (reached.has(name)) return;
    reached.add(name);
    if (type.kind === Kind.UNION_TYPE_DEFINITION)
      for (const member of type.types ?? []) visitType(member.name.value, true);
    if (type.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
      for (const field of type.fields ?? [])
        if (!hidden.has(`${name}.${field.name.value}`)) visitType(namedType(field.type), false);
    if (!isComposite(type)) return;
    for (const one of type.interfaces ?? []) visitType(one.name.value, false);
    for (const field of type.fields ?? []) visitField(`${name}.${field.name.value}`, field);
  };
  for (const root of rootNames) visitType(root, true);
  return reached;
}
