/** Requests with values that no client should send, one for every place of a subgraph's SDL that takes one. */
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from "graphql";
import { buildSchema } from "../server/subgraph.ts";
import { readTypeDefs } from "../graphql/sdl.ts";

/** One request; `isText` where the value is a text that every input refuses. */
export type HostileRequest = {
  readonly what: string;
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly isText: boolean;
};

/** A good value of an argument or input field of this name; undefined where the type's own will do. */
export type Sample = (name: string, owner: string) => unknown;

type Step = string | number;
type Place = { readonly path: readonly Step[]; readonly scalar: string };

const texts = ["a\0b", "a\ud83d", "\udc00b", "a\u202eb", "a\u2066b", "\u200b", "\u200d \u2060"];
const largeInteger = Number.MAX_SAFE_INTEGER;

/** Inputs that name somebody or something: blank, they would show nothing. */
const naming = /^(name|displayName|label|recipientName|section)$/;

/** By scalar: what its type lets through, or may not. */
const hostile: Readonly<Record<string, readonly unknown[]>> = {
  String: texts,
  ID: texts,
  Int: [2 ** 31 - 1, -(2 ** 31), 2 ** 31, 0, -1],
  SafeInt: [largeInteger, -largeInteger, 2 ** 53, 0, -1],
  Float: [5e-324, -5e-324, 1e-200, Number.MAX_VALUE, -Number.MAX_VALUE, 91, -181],
  DateTime: [
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.999Z",
    "9999-12-31T23:59:59-14:00",
    "1970-01-01T00:00:00Z",
  ],
  LocalDate: ["0000-01-01", "0001-01-01", "9999-12-31", "2026-02-30", "1970-01-01"],
  Currency: ["XXX", "idr", "XAU", ""],
};

const scalarSample: Readonly<Record<string, unknown>> = {
  String: "text",
  ID: "id",
  Int: 1,
  SafeInt: 1,
  Float: 1,
  Boolean: true,
  DateTime: "2026-06-01T12:00:00Z",
  LocalDate: "2026-05-01",
  Currency: "IDR",
  JSON: {},
  _FieldSet: "",
};

/** A good value of `type`, every optional part of it given. */
function good(type: GraphQLInputType, name: string, owner: string, sample: Sample, depth = 0): unknown {
  if (isNonNullType(type)) return good(type.ofType, name, owner, sample, depth);
  const given = sample(name, owner);
  if (isListType(type))
    return Array.isArray(given) || given === null ? given : [good(type.ofType, name, owner, sample, depth)];
  if (given !== undefined) return given;
  if (isEnumType(type)) return type.getValues()[0]?.value;
  if (!isInputObjectType(type)) return scalarSample[type.name];
  if (depth > 5) return null;
  const fields = Object.values(type.getFields());
  return Object.fromEntries(
    fields.map((field) => [field.name, good(field.type, field.name, type.name, sample, depth + 1)]),
  );
}

/** Every leaf below an argument. */
function placesOf(type: GraphQLInputType, path: readonly Step[]): Place[] {
  if (isNonNullType(type)) return placesOf(type.ofType, path);
  if (isListType(type)) return placesOf(type.ofType, [...path, 0]);
  if (isScalarType(type)) return [{ path, scalar: type.name }];
  if (!isInputObjectType(type) || path.length > 8) return [];
  return Object.values(type.getFields()).flatMap((field) => placesOf(field.type, [...path, field.name]));
}

/** `value` with another one at `path`. */
function withAt(value: unknown, path: readonly Step[], other: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return other;
  if (typeof step === "number") return [withAt((value as unknown[] | null)?.[step], rest, other)];
  return {
    ...(value as Record<string, unknown>),
    [step]: withAt((value as Record<string, unknown>)[step], rest, other),
  };
}

/** A field with arguments, and the selections around it. */
type Asked = { field: GraphQLField<unknown, unknown>; wrap(selection: string): string; what: string };

const selectionOf = ({ type }: GraphQLField<unknown, unknown>): string =>
  isLeafType(getNamedType(type)) ? "" : "{ __typename }";

const isRoot = (name: string): boolean => name === "Query" || name === "Mutation";

const literal = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(literal).join()}]`
    : typeof value === "object" && value !== null
      ? `{${Object.entries(value)
          .map(([key, each]) => `${key}: ${literal(each)}`)
          .join()}}`
      : JSON.stringify(value);

/** How an object of `type` is had: as an entity of a good key, or by the first field of one that answers it. */
function wayTo(schema: GraphQLSchema, type: GraphQLObjectType, sample: Sample): ((inner: string) => string) | null {
  const isEntity = type.astNode?.directives?.some(({ name }) => name.value === "key") ?? false;
  if (isEntity) {
    const representation = literal({ __typename: type.name, id: sample("id", type.name) ?? "id" });
    return (inner) => `{ _entities(representations: [${representation}]) { ... on ${type.name} { ${inner} } } }`;
  }
  for (const owner of Object.values(schema.getTypeMap())) {
    if (!isObjectType(owner) || isRoot(owner.name) || owner === type) continue;
    for (const field of Object.values(owner.getFields())) {
      const outer = getNamedType(field.type) === type ? wayTo(schema, owner, sample) : null;
      if (!outer) continue;
      const args = field.args.map(({ name, type: of }) => `${name}: ${literal(good(of, name, field.name, sample))}`);
      return (inner) => outer(`${field.name}${args.length > 0 ? `(${args.join()})` : ""} { ${inner} }`);
    }
  }
  return null;
}

/** Every field with arguments that can be reached. Throws for one that cannot. */
function askedOf(schema: GraphQLSchema, sample: Sample): Asked[] {
  const asked: Asked[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.args.length === 0 || field.name.startsWith("_")) continue;
      const what = `${type.name}.${field.name}`;
      if (isRoot(type.name)) asked.push({ field, what, wrap: (selection) => `{ ${selection} }` });
      else {
        const wrap = wayTo(schema, type, sample);
        if (!wrap) throw new Error(`no way to ${what}`);
        asked.push({ field, what, wrap });
      }
    }
  }
  return asked;
}

const kindOf = ({ what }: Asked): string => (what.startsWith("Mutation.") ? "mutation" : "query");

function requestsFor(asked: Asked, sample: Sample): HostileRequest[] {
  const { field, wrap, what } = asked;
  const { name: owner } = field;
  const variables = Object.fromEntries(field.args.map(({ name, type }) => [name, good(type, name, owner, sample)]));
  const definitions = field.args.map(({ name, type }) => `$${name}: ${String(type)}`);
  const uses = field.args.map(({ name }) => `${name}: $${name}`);
  const query = `${kindOf(asked)} Hostile(${definitions.join()}) ${wrap(`${owner}(${uses.join()}) ${selectionOf(field)}`)}`;
  const places = field.args.flatMap(({ name, type }) => placesOf(type, [name]));
  const made = places.flatMap(({ path, scalar }) =>
    [...(hostile[scalar] ?? []), ...(naming.test(String(path.at(-1))) ? [" \u3000"] : [])].map((value) => ({
      what: `${what} ${path.join(".")} = ${JSON.stringify(value)}`,
      query,
      variables: withAt(variables, path, value) as Record<string, unknown>,
      isText: scalar === "String" || scalar === "ID",
    })),
  );
  return [
    { what: `${what} with good values`, query, variables, isText: false },
    ...made,
    ...overflows(asked, places, sample),
  ];
}

/** A literal may say a number that JSON cannot: it overflows to infinity. */
function overflows(asked: Asked, places: readonly Place[], sample: Sample): HostileRequest[] {
  const { field, wrap, what } = asked;
  return places
    .filter(({ scalar }) => scalar === "Float")
    .map(({ path }) => {
      const values = Object.fromEntries(
        field.args.map(({ name, type }) => [name, good(type, name, field.name, sample)]),
      );
      const changed = withAt(values, path, "1e999") as Record<string, unknown>;
      const args = field.args
        .filter(({ name, type }) => name === path[0] || isNonNullType(type))
        .map(({ name }) => `${name}: ${literal(changed[name]).replace('"1e999"', "1e999")}`);
      const query = `${kindOf(asked)} Hostile ${wrap(`${field.name}(${args.join()}) ${selectionOf(field)}`)}`;
      return { what: `${what} ${path.join(".")} = 1e999`, query, variables: {}, isText: false };
    });
}

/** Keys of entities as another subgraph should never send them. */
function badKeys(schema: GraphQLSchema): HostileRequest[] {
  const query = `query Hostile($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }`;
  const entities = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && type.astNode?.directives?.some(({ name }) => name.value === "key"),
  );
  return entities.flatMap(({ name }) =>
    [...texts, "", "id", "x".repeat(10_000)].map((id) => ({
      what: `key of ${name} = ${JSON.stringify(id.slice(0, 20))}`,
      query,
      variables: { representations: [{ __typename: name, id }] },
      isText: false,
    })),
  );
}

/** Mutations that leave less behind for the ones after them. */
const taking = /^Mutation\.(delete|remove|end|cancel|suspend|reject|erase|signOut)/;

/** Every request that the SDL in `folder` allows for; `sample` gives good values of the world that the subgraph holds. */
export function hostileRequests(folder: string, sample: Sample): HostileRequest[] {
  const schema = buildSchema(readTypeDefs(folder), {});
  const asked = askedOf(schema, sample);
  const ordered = [...asked.filter(({ what }) => !taking.test(what)), ...asked.filter(({ what }) => taking.test(what))];
  return [...ordered.flatMap((one) => requestsFor(one, sample)), ...badKeys(schema)];
}
