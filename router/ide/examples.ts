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
  type DefinitionNode,
  type FieldNode,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
} from "graphql";
import type { RegisteredOperation } from "../../schema/operations/registry.ts";
import { idByRootField, valuesByName } from "./demo-values.ts";

export type Example = { client: string; name: string; query: string; variables: string };

const scalars: Record<string, unknown> = {
  Int: 1,
  SafeInt: 1,
  Float: 1.5,
  Boolean: true,
  Currency: "IDR",
  LocalDate: "2026-01-01",
  String: "example",
};

/** A value of a scalar type; of an id or a code that the demo world does not know beforehand, what has to be put there. */
function scalarOf(name: string, type: string): unknown {
  if (type === "ID" || name === "code") return `paste the ${name} here`;
  return Object.hasOwn(scalars, type) ? scalars[type] : "";
}

/** Fields that may be left out in general, and without which an example would be refused. */
const neededBesides: ReadonlySet<string> = new Set(["addressId", "percentBps"]);

/** A document laid out for reading, its operation in front of the fragments. */
function printed(text: string): string {
  const { definitions } = parse(text);
  const rank = ({ kind }: DefinitionNode) => (kind === Kind.OPERATION_DEFINITION ? 0 : 1);
  return print({ kind: Kind.DOCUMENT, definitions: definitions.toSorted((a, b) => rank(a) - rank(b)) });
}

/** Values by name, for one operation. */
type Known = Readonly<Record<string, unknown>>;

/** A value of `type` for the variable or input field `name`; optional parts are left out below the first level. */
function sample(name: string, type: GraphQLInputType, required: boolean, known: Known): unknown {
  if (isNonNullType(type)) return sample(name, type.ofType as GraphQLInputType, true, known);
  const special = `${name}:${String(type)}`;
  if (Object.hasOwn(known, special)) return known[special];
  if (Object.hasOwn(known, name) && fits(known[name], type)) return known[name];
  if (!required) return null;
  if (isListType(type)) return [sample(name, type.ofType as GraphQLInputType, true, known)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (!isInputObjectType(type)) return scalarOf(name, type.name);
  const fields = Object.values(type.getFields()).filter(
    (field) => neededBesides.has(field.name) || (isNonNullType(field.type) && field.defaultValue === undefined),
  );
  return Object.fromEntries(fields.map((field) => [field.name, sample(field.name, field.type, true, known)]));
}

/** Whether a value known by name alone is one of `type`: a `reason` may be a text or one of a list. */
function fits(value: unknown, type: GraphQLInputType): boolean {
  if (isListType(type)) return Array.isArray(value);
  if (isEnumType(type)) return type.getValue(String(value)) !== undefined;
  return isInputObjectType(type) === (typeof value === "object");
}

/** The root field that takes the variable `id`, if any. */
function rootOfId(operation: OperationDefinitionNode): string | undefined {
  const takesId = (node: SelectionNode): node is FieldNode =>
    node.kind === Kind.FIELD &&
    (node.arguments ?? []).some(({ value }) => value.kind === Kind.VARIABLE && value.name.value === "id");
  return operation.selectionSet.selections.find(takesId)?.name.value;
}

function variablesOf({ document }: RegisteredOperation, schema: GraphQLSchema, now: Date): string {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (!operation) return "";
  const id = idByRootField[rootOfId(operation) ?? ""];
  const known: Known = { ...valuesByName(now), ...(id === undefined ? {} : { id }) };
  const entries = (operation.variableDefinitions ?? []).flatMap(({ variable, type, defaultValue }) => {
    const input = typeFromAST(schema, type as never) as GraphQLInputType | undefined;
    const value = input === undefined || defaultValue ? null : sample(variable.name.value, input, false, known);
    return value === null ? [] : [[variable.name.value, value]];
  });
  return entries.length === 0 ? "" : JSON.stringify(Object.fromEntries(entries), null, 2);
}

/** Those of `operations` that fit `schema`, by client and name, with variables of the demo world as of `now`. */
export const examplesOf = (
  operations: readonly RegisteredOperation[],
  schema: GraphQLSchema,
  now: Date = new Date(),
): Example[] =>
  operations
    .filter(({ document }) => validate(schema, document).length === 0)
    .flatMap((operation) =>
      Object.keys(operation.clients).map((client) => ({
        client,
        name: operation.name,
        query: printed(operation.text),
        variables: variablesOf(operation, schema, now),
      })),
    )
    .sort((a, b) => (a.client + a.name < b.client + b.name ? -1 : 1));
