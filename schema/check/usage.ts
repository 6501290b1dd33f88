/** What an operation uses of a schema, as schema coordinates. */
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
} from "graphql";

/**
 * Coordinates that an operation touches: `Type`, `Type.field`, `Type.field.argument`, `Input.field`, `Enum.VALUE`, `@directive`.
 * A variable may carry anything its type allows, so its input fields and enum values all count; so do all values of an enum
 * that is answered, and a field selected on an interface counts for each type that implements it.
 */
export type Usage = ReadonlySet<string>;

function addInputType(type: GraphQLInputType, used: Set<string>): void {
  const named = getNamedType(type);
  if (used.has(named.name)) return;
  used.add(named.name);
  if (isEnumType(named)) for (const { name } of named.getValues()) used.add(`${named.name}.${name}`);
  if (!isInputObjectType(named)) return;
  for (const field of Object.values(named.getFields())) {
    used.add(`${named.name}.${field.name}`);
    addInputType(field.type, used);
  }
}

function addOutputType(schema: GraphQLSchema, name: string, used: Set<string>): void {
  const type = schema.getType(name);
  used.add(name);
  if (isEnumType(type)) for (const value of type.getValues()) used.add(`${name}.${value.name}`);
}

/** What `document`, valid against `schema`, uses of it. Fields that the schema does not know are left out. */
export function usageOf(schema: GraphQLSchema, document: DocumentNode): Usage {
  const used = new Set<string>();
  const types = new TypeInfo(schema);
  const visitor = visitWithTypeInfo(types, {
    OperationDefinition: ({ operation }) => void used.add(schema.getRootType(operation)?.name ?? operation),
    VariableDefinition: () => {
      const type = types.getInputType();
      if (type) addInputType(type, used);
    },
    Field: ({ name }) => {
      const parent = types.getParentType();
      const type = types.getType();
      if (!parent || !type) return;
      used.add(`${parent.name}.${name.value}`);
      if (isInterfaceType(parent) && name.value !== "__typename")
        for (const possible of schema.getPossibleTypes(parent)) used.add(`${possible.name}.${name.value}`);
      addOutputType(schema, getNamedType(type).name, used);
    },
    InlineFragment: ({ typeCondition }) => void (typeCondition && used.add(typeCondition.name.value)),
    FragmentDefinition: ({ typeCondition }) => void used.add(typeCondition.name.value),
    Argument: ({ name }) => {
      const owner = types.getParentType();
      const field = types.getFieldDef();
      if (!owner || !field || types.getDirective()) return;
      const owners = isInterfaceType(owner) ? [owner, ...schema.getPossibleTypes(owner)] : [owner];
      for (const type of owners) used.add(`${type.name}.${field.name}.${name.value}`);
    },
    Directive: ({ name }) => void used.add(`@${name.value}`),
    ObjectValue: () => {
      const type = types.getInputType();
      if (type) used.add(getNamedType(type).name);
    },
    ObjectField: ({ name }) => {
      const type = types.getParentInputType();
      if (type) used.add(`${getNamedType(type).name}.${name.value}`);
    },
    EnumValue: ({ value }) => {
      const type = types.getInputType();
      if (!type) return;
      used.add(`${getNamedType(type).name}.${value}`);
    },
  });
  visit(document, visitor);
  return used;
}
