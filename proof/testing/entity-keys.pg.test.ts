/** Every entity of every subgraph, read from the contracts: keys that lead nowhere answer null, each for itself. */
import { buildSubgraphSchema } from "@apollo/subgraph";
import { getNamedType, isLeafType, isObjectType, isUnionType, type GraphQLObjectType } from "graphql";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { newId } from "../../kit/id.ts";
import { readTypeDefs } from "../../kit/graphql/sdl.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { demoUserId } from "../../demo/world/world.ts";
import { everySubgraph, folderOf, startEverySubgraph } from "./each-subgraph.ts";

vi.setConfig({ hookTimeout: 120_000, testTimeout: 60_000 });

let system: Awaited<ReturnType<typeof startEverySubgraph>>;
beforeAll(async () => void (system = await startEverySubgraph()));
afterAll(() => system.stop());

const prefixes =
  "adr aud cou dlv fnd itm lac ltx mem mgr mod nte off ord pac pay prm pyt qot rcn rev rfd rst rsv ses usr zon".split(
    " ",
  );
const oddIds = [undefined, null, 5, true, {}, [], [newId("ord")], "", "x", "ord_1", `ord_${"z".repeat(26)}`, "\u0000"];
const longId = `usr_${"0".repeat(10_000)}`;

/** What can be selected of the subgraph's own fields of a type without arguments: leaves as they are, of objects the name of their type. */
const selectionOf = (type: GraphQLObjectType): string =>
  Object.values(type.getFields())
    .filter(({ astNode }) => !astNode?.directives?.some(({ name }) => name.value === "external"))
    .filter(({ args }) =>
      args.every(({ type: argument, defaultValue }) => defaultValue !== undefined || !String(argument).endsWith("!")),
    )
    .map(({ name, type: answer }) => (isLeafType(getNamedType(answer)) ? name : `${name} { __typename }`))
    .join(" ");

function entitiesOf(name: string): GraphQLObjectType[] {
  const schema = buildSubgraphSchema([{ typeDefs: readTypeDefs(folderOf(name)) }]);
  const entity = schema.getType("_Entity");
  return isUnionType(entity) ? entity.getTypes().filter(isObjectType) : [];
}

const callers = {
  nobody: { kind: "anonymous" as const },
  "a customer": userCaller(demoUserId.customer(0), "customer"),
  support: userCaller(demoUserId.support(), "support", "admin"),
};

const cases = everySubgraph.flatMap((name) => entitiesOf(name).map((type) => [name, type.name, type] as const));

test("the contracts have the entities that are known today, and whatever comes", () => {
  expect(cases.length).toBeGreaterThanOrEqual(25);
});

describe.each(Object.entries(callers))("asked by %s", (_who, caller) => {
  test.each(cases)("%s: a %s by a key that leads nowhere is null", async (name, typeName, type) => {
    const keys: object[] = [
      ...oddIds.map((id) => ({ __typename: typeName, id })),
      { __typename: typeName, id: longId },
      { __typename: "Nothing", id: newId("ord") },
      { __typename: "Query", id: newId("ord") },
      { id: newId("ord") },
      ...prefixes.map((prefix) => ({ __typename: typeName, id: newId(prefix) })),
    ];
    const query = `query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on ${typeName} { ${selectionOf(type)} } } }`;
    const { data, errors = [] } = await system.of(name).graphql(query, { keys }, caller);
    expect(errors.map(({ extensions }) => extensions.code)).not.toContain("INTERNAL_SERVER_ERROR");
    expect(data._entities).toHaveLength(keys.length);
    const found = (data._entities as (object | null)[]).flatMap((entity, index) =>
      entity === null ? [] : [keys[index]],
    );
    // To an entity of others a subgraph adds what it knows, which is nothing here: for ids of the entity's own kind at most.
    const wellFormed = keys.slice(-prefixes.length);
    expect(found.filter((key) => !wellFormed.includes(key as object))).toEqual([]);
    expect(found.length, JSON.stringify(found)).toBeLessThanOrEqual(1);
  });
});

test("the key beside a bad one is found", async () => {
  const keys = [
    { __typename: "User", id: "x" },
    { __typename: "Nothing" },
    { __typename: "User", id: demoUserId.customer(0) },
  ];
  const query = "query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on User { displayName } } }";
  const { data, errors } = await system.of("users").graphql(query, { keys }, callers.support);
  expect(errors).toBeUndefined();
  expect(data._entities).toEqual([null, null, { displayName: expect.any(String) }]);
});
