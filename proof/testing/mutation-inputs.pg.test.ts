/** Every mutation of every subgraph, read from the contracts: ids that lead nowhere and odd values are the client's mistake, told in one form. */
import { buildSubgraphSchema } from "@apollo/subgraph";
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isUnionType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
} from "graphql";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { newId } from "../../kit/id.ts";
import { readTypeDefs } from "../../kit/graphql/sdl.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import { demoUserId } from "../../demo/world/world.ts";
import { everySubgraph, folderOf, startEverySubgraph } from "./each-subgraph.ts";

vi.setConfig({ hookTimeout: 120_000, testTimeout: 120_000 });

let system: Awaited<ReturnType<typeof startEverySubgraph>>;
beforeAll(async () => void (system = await startEverySubgraph()));
afterAll(() => system.stop());

/** A value that fits each scalar. */
const plain: Record<string, unknown> = {
  ID: newId("ord"),
  String: "plain words",
  Int: 2,
  SafeInt: 200,
  Float: 1.5,
  Boolean: true,
  Currency: "IDR",
  DateTime: "2026-06-02T05:00:00Z",
  LocalDate: "2026-06-02",
  JSON: {},
};

/** Values that the type takes and hardly any rule does. */
const odd: Record<string, unknown[]> = {
  ID: ["x", "ord_1", newId("rst"), newId("usr"), newId("itm"), newId("dlv"), "a\u0000b"],
  String: ["", " ", "x".repeat(5_000), "a\u0000b", "\u202eb"],
  Int: [-1, 0, 2_147_483_647],
  SafeInt: [-1, 0, Number.MAX_SAFE_INTEGER],
  Float: [-1_000, 1_000],
  DateTime: ["1970-01-01T00:00:00Z", "9999-01-01T00:00:00Z"],
  Currency: ["XAU"],
};

type Step = string | number;

function plainValue(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return plainValue(type.ofType);
  if (isListType(type)) return [plainValue(type.ofType), plainValue(type.ofType)];
  if (isInputObjectType(type)) return plainInput(type);
  return isEnumType(type) ? type.getValues()[0]?.name : plain[type.name];
}

const plainInput = (type: GraphQLInputObjectType): Record<string, unknown> =>
  Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, plainValue(field.type)]));

/** Every leaf of an input, lists by their second element. */
function leavesOf(type: GraphQLInputType, path: readonly Step[] = []): { path: readonly Step[]; scalar: string }[] {
  if (isNonNullType(type)) return leavesOf(type.ofType, path);
  if (isListType(type)) return leavesOf(type.ofType, [...path, 1]);
  if (!isInputObjectType(type)) return [{ path, scalar: type.name }];
  return Object.values(type.getFields()).flatMap((field) => leavesOf(field.type, [...path, field.name]));
}

function withValue(input: unknown, path: readonly Step[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(input) ? [...input] : { ...(input as object) };
  const parts = copy as Record<string, unknown>;
  parts[step] = withValue(parts[step], rest, value);
  return copy;
}

const written = (path: readonly Step[]): string =>
  path.reduce<string>((text, step) => (typeof step === "number" ? `${text}[${step}]` : `${text}.${step}`), "input");

/** Whether a place such as `input.lines[0].quantity` leads to a field of the type. */
function leadsSomewhere(type: GraphQLInputType, place: string): boolean {
  const steps = [...place.matchAll(/\.([A-Za-z]\w*)|\[(\d+)\]/g)];
  if (`input${steps.map(([text]) => text).join("")}` !== place) return false;
  let here: GraphQLInputType = type;
  for (const [, name, index] of steps) {
    if (isNonNullType(here)) here = here.ofType;
    const next: GraphQLInputType | undefined =
      index === undefined
        ? isInputObjectType(here)
          ? here.getFields()[name ?? ""]?.type
          : undefined
        : isListType(here)
          ? here.ofType
          : undefined;
    if (!next) return false;
    here = next;
  }
  return true;
}

type Mutation = { subgraph: string; name: string; input: GraphQLInputType; isTyped: boolean };

function mutationsOf(subgraph: string): Mutation[] {
  const schema: GraphQLSchema = buildSubgraphSchema([{ typeDefs: readTypeDefs(folderOf(subgraph)) }]);
  return Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap(({ name, type, args, astNode }) => {
    const [input] = args;
    const isInternal = astNode?.directives?.some((directive) => directive.name.value === "inaccessible") ?? false;
    const result = getNamedType(type);
    const isTyped = isUnionType(result) && result.getTypes().some((member) => member.name === "InvalidInputError");
    return input && !isInternal ? [{ subgraph, name, input: input.type, isTyped }] : [];
  });
}

const mutations = everySubgraph.flatMap(mutationsOf);
const callers = [
  userCaller(demoUserId.admin(), "customer", "courier", "support", "admin"),
  userCaller(demoUserId.owner(0), "customer", "courier"),
];

test("there are as many mutations as are known today, and more", () => {
  expect(mutations.length).toBeGreaterThanOrEqual(60);
});

test.each(mutations.map((mutation) => [mutation.subgraph, mutation.name, mutation] as const))(
  "%s: %s",
  async (subgraph, name, { input, isTyped }) => {
    const fragment = isTyped ? "... on InvalidInputError { field }" : "";
    const query = `mutation ($input: ${String(input)}) { ${name}(input: $input) { __typename ${fragment} } }`;
    const base = plainValue(input);
    for (const caller of callers) {
      for (const { path, scalar } of leavesOf(input)) {
        for (const value of odd[scalar] ?? []) {
          const asked = JSON.stringify(withValue(base, path, value)).slice(0, 300);
          const { data, errors = [] } = await system
            .of(subgraph)
            .graphql(query, { input: withValue(base, path, value) }, caller);
          expect(
            errors.map(({ extensions }) => extensions.code),
            asked,
          ).not.toContain("INTERNAL_SERVER_ERROR");
          const result = data?.[name];
          if (result?.__typename !== "InvalidInputError") continue;
          expect(leadsSomewhere(input, result.field), `${result.field} for ${asked}`).toBe(true);
          // What no database could hold is refused before any rule looks, so its place is certain.
          if (typeof value === "string" && value.includes("\u0000")) expect(result.field).toBe(written(path));
        }
      }
    }
  },
);
