/** Arbitrary valid operations over an API schema. */
import fc, { type Arbitrary } from "fast-check";
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from "graphql";
import type { DirectiveTree, OperationTree, SelectionTree } from "./operation-tree.ts";
import { conditionArbitrary, inputArbitrary } from "./values.ts";

/** Deepest selection set below a root. */
const depthLimit = 5;
const breadth = [1, 2, 2, 3, 3, 3];

/** Harmless names, and ones that trip engines: of the protocol, of objects in JavaScript, of other fields. */
const aliases = [
  "a",
  "b",
  "c",
  "_0",
  "constructor",
  "toString",
  "data",
  "_entities",
  "a",
  "b",
  "c",
  "d",
  "__typename_0",
];
const namesOfOthers = ["id", "name", "title", "sku", "weight"];

/** Undefined but once in `times`. */
const sometimes = <T>(times: number, arbitrary: Arbitrary<T>): Arbitrary<T | undefined> =>
  fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const directivesArbitrary: Arbitrary<readonly DirectiveTree[]> = fc.oneof(
  { weight: 7, arbitrary: fc.constant<readonly DirectiveTree[]>([]) },
  {
    weight: 1,
    arbitrary: fc
      .record<DirectiveTree>({ name: fc.constantFrom("skip", "include"), condition: conditionArbitrary })
      .map((one) => [one]),
  },
);
const aliasArbitrary = fc.oneof(
  { weight: 80, arbitrary: fc.constant(undefined) },
  { weight: 19, arbitrary: fc.constantFrom(...aliases) },
  { weight: 1, arbitrary: fc.constantFrom(...namesOfOthers) },
);

const introspection = [
  "__schema { queryType { name } mutationType { name } }",
  "__schema { types { name kind } }",
  ...["Query", "Product", "Media", "Found", "Level", "CloseInput", "Nope"].map(
    (name) =>
      `__type(name: "${name}") { name kind fields { name args { name defaultValue type { kind name } } type { name kind ofType { name kind } } } possibleTypes { name } enumValues { name } inputFields { name } }`,
  ),
].map((text): SelectionTree => ({
  kind: "introspection",
  text: text.startsWith("__type") ? `t${text.length}${/"(\w+)"/.exec(text)?.[1]}: ${text}` : text,
}));

/** Objects of an abstract type are asked for often; of the planner's weak spot, abstract types within abstract ones, a little is enough. */
function fragmentWeight(type: GraphQLCompositeType, on: GraphQLCompositeType): number {
  if (isAbstractType(type) && isObjectType(on)) return 4;
  return type === on ? 2 : 1;
}

type Selections = Arbitrary<SelectionTree[]>;

/** Builds the arbitraries of one schema, each type and depth once. */
function selectionsFor(schema: GraphQLSchema): (type: GraphQLCompositeType, depth: number) => Selections {
  const made = new Map<string, Selections>();

  const fieldArbitrary = (field: GraphQLField<unknown, unknown>, depth: number): Arbitrary<SelectionTree> => {
    const target = getNamedType(field.type);
    return fc
      .tuple(
        aliasArbitrary,
        directivesArbitrary,
        isCompositeType(target) ? selectionsOf(target, depth - 1) : fc.constant(undefined),
        ...field.args.map((arg) =>
          inputArbitrary(arg).map((value) => (value === undefined ? [] : [[arg.name, value] as const])),
        ),
      )
      .map(([alias, directives, selections, ...args]) => ({
        kind: "field",
        name: field.name,
        type: String(field.type),
        alias,
        args: args.flat(),
        directives,
        selections,
      }));
  };

  const fragmentArbitrary = (on: GraphQLCompositeType, isSame: boolean, depth: number): Arbitrary<SelectionTree> =>
    fc.record({
      kind: fc.constant("fragment" as const),
      on: fc.constant(on.name),
      form: fc.constantFrom<("inline" | "named" | "bare")[]>("inline", "named", ...(isSame ? (["bare"] as const) : [])),
      directives: directivesArbitrary,
      selections: selectionsOf(on, depth - 1),
    });

  const overlapping = (type: GraphQLCompositeType): GraphQLCompositeType[] => {
    const possible = new Set(isAbstractType(type) ? schema.getPossibleTypes(type) : [type]);
    return Object.values(schema.getTypeMap()).filter(
      (one): one is GraphQLCompositeType =>
        isCompositeType(one) &&
        !one.name.startsWith("__") &&
        (isAbstractType(one) ? schema.getPossibleTypes(one).some((member) => possible.has(member)) : possible.has(one)),
    );
  };

  const build = (type: GraphQLCompositeType, depth: number): Selections => {
    const isRoot = type === schema.getQueryType() || type === schema.getMutationType();
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
    const leaves = fields.filter((field) => !isCompositeType(getNamedType(field.type)));
    const branches = depth > 0 ? fields.filter((field) => isCompositeType(getNamedType(field.type))) : [];
    const typename = aliasArbitrary.map((alias): SelectionTree => ({
      kind: "field",
      name: "__typename",
      type: "String!",
      alias,
      args: [],
      directives: [],
      selections: undefined,
    }));
    const others = depth > 0 ? overlapping(type) : [];
    const choices = [
      { weight: isRoot ? 1 : 2, arbitrary: typename },
      ...leaves.map((field) => ({ weight: 4, arbitrary: fieldArbitrary(field, depth) })),
      ...branches.map((field) => ({ weight: isRoot ? 6 : 4, arbitrary: fieldArbitrary(field, depth) })),
      ...others.map((one) => ({
        weight: fragmentWeight(type, one),
        arbitrary: fragmentArbitrary(one, one === type, depth),
      })),
    ];
    return fc.array(fc.oneof(...choices), { minLength: 1, maxLength: breadth[depth] ?? 3, size: "max" });
  };

  const selectionsOf = (type: GraphQLCompositeType, depth: number): Selections => {
    const key = `${type.name} ${depth}`;
    const known = made.get(key) ?? build(type, Math.max(0, depth));
    made.set(key, known);
    return known;
  };
  return selectionsOf;
}

/** Operations of a schema: queries mostly, mutations where it has any, now and then with variables that cannot be coerced. */
export function operationArbitrary(schema: GraphQLSchema): Arbitrary<OperationTree> {
  const selectionsOf = selectionsFor(schema);
  const spoil = sometimes(
    10,
    fc.record({
      variation: fc.nat(3),
      variable: fc.nat(20),
      with: fc.constantFrom("object" as const, "text" as const, "null" as const, "list" as const, "nothing" as const),
    }),
  );
  const operation = (kind: OperationTree["kind"], root: GraphQLObjectType): Arbitrary<OperationTree> => {
    const selections = selectionsOf(root, depthLimit);
    const asked =
      kind === "query" ? fc.tuple(selections, sometimes(30, fc.constantFrom(...introspection))) : fc.tuple(selections);
    return fc.record({
      kind: fc.constant(kind),
      named: fc.boolean(),
      selections: asked.map(([found, extra]) => (extra ? [...found, extra] : found)),
      spoil,
    });
  };
  const [query, mutation] = [schema.getQueryType(), schema.getMutationType()];
  if (!query) throw new Error("a schema without queries");
  return mutation
    ? fc.oneof(
        { weight: 1, arbitrary: operation("query", query) },
        { weight: 1, arbitrary: operation("mutation", mutation) },
      )
    : operation("query", query);
}
