/** The registered operations as examples that can be run: laid out for reading, with variables of the right shape. */
import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  parse,
  print,
  typeFromAST,
  validate,
  type GraphQLInputType,
  type GraphQLSchema,
} from "graphql";
import { demoId, demoPassword, demoEmail } from "../../schema/demo.ts";
import type { RegisteredOperation } from "../../schema/operations/registry.ts";

export type Example = { client: string; name: string; query: string; variables: string };

/** Values that make an example answer something in the demo world; others are of the right type only. */
const known: Record<string, unknown> = {
  near: { latitude: -6.2, longitude: 106.8167 },
  location: { latitude: -6.2, longitude: 106.8167 },
  latitude: -6.2,
  longitude: 106.8167,
  restaurantId: demoId("rst", 0),
  itemId: demoId("itm", 0),
  orderId: demoId("ord", 0),
  userId: demoId("usr", 0),
  email: demoEmail.customer(0),
  password: demoPassword,
  search: "nasi",
  first: 10,
  quantity: 1,
};
const scalars: Record<string, unknown> = {
  Int: 1,
  SafeInt: 1,
  Float: 1.5,
  Boolean: true,
  Currency: "IDR",
  LocalDate: "2026-01-01",
  ID: "",
};

/** A value of `type` for the variable or input field `name`; optional parts are left out below the first level. */
function sample(name: string, type: GraphQLInputType, required: boolean): unknown {
  if (isNonNullType(type)) return sample(name, type.ofType as GraphQLInputType, true);
  if (Object.hasOwn(known, name)) return known[name];
  if (!required) return null;
  if (isListType(type)) return [sample(name, type.ofType as GraphQLInputType, true)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (!isInputObjectType(type)) return Object.hasOwn(scalars, type.name) ? scalars[type.name] : "";
  const fields = Object.values(type.getFields()).filter(
    (field) => isNonNullType(field.type) && field.defaultValue === undefined,
  );
  return Object.fromEntries(fields.map((field) => [field.name, sample(field.name, field.type, true)]));
}

function variablesOf({ document }: RegisteredOperation, schema: GraphQLSchema): string {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  const entries = (operation?.variableDefinitions ?? []).flatMap(({ variable, type, defaultValue }) => {
    const input = typeFromAST(schema, type as never) as GraphQLInputType | undefined;
    const value = input === undefined || defaultValue ? null : sample(variable.name.value, input, false);
    return value === null ? [] : [[variable.name.value, value]];
  });
  return entries.length === 0 ? "" : JSON.stringify(Object.fromEntries(entries), null, 2);
}

/** Those of `operations` that fit `schema`, by client and name. */
export const examplesOf = (operations: readonly RegisteredOperation[], schema: GraphQLSchema): Example[] =>
  operations
    .filter(({ document }) => validate(schema, document).length === 0)
    .flatMap((operation) =>
      Object.keys(operation.clients).map((client) => ({
        client,
        name: operation.name,
        query: print(parse(operation.text)),
        variables: variablesOf(operation, schema),
      })),
    )
    .sort((a, b) => (a.client + a.name < b.client + b.name ? -1 : 1));
