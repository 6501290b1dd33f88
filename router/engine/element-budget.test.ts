/** Answers that turn out larger than they were estimated: objects that places share are copied, asked for and written within limits. */
import { parse } from "graphql";
import { expect, test } from "vitest";
import { createEngine } from "./engine.ts";
import { composeGraph } from "./in-process-graph.ts";
import type { EngineOptions } from "./contract.ts";

const sdl = composeGraph({
  places: {
    sdl: `type Query { place: Place } type Place @key(fields: "id") { id: ID! dishes: [Dish!]! } type Dish @key(fields: "id") { id: ID! }`,
  },
  dishes: {
    sdl: `type Dish @key(fields: "id") { id: ID! name: String place: Place } type Place @key(fields: "id") { id: ID! }`,
  },
});

const size = 50;
const dishes = Array.from({ length: size }, (_each, n) => ({ __typename: "Dish", id: String(n) }));

/** A place with fifty dishes that all are of that place: each level multiplies the answer by fifty, what is fetched stays the same. */
function circular(maxElements: number) {
  let requests = 0;
  const fetchSubgraph: EngineOptions["fetchSubgraph"] = async (request) => {
    requests += 1;
    const { representations } = request.variables as { representations?: { __typename: string; id: string }[] };
    const place = { __typename: "Place", id: "p", dishes };
    if (!representations) return { json: structuredClone({ data: { place } }) };
    const entity = ({ __typename, id }: { __typename: string; id: string }) =>
      __typename === "Place" ? place : { __typename, id, name: id, place: { __typename: "Place", id: "p" } };
    return { json: structuredClone({ data: { _entities: representations.map(entity) } }) };
  };
  const engine = createEngine({ supergraphSdl: sdl, fetchSubgraph, maxElements });
  return { engine, requests: () => requests };
}

const nested = (levels: number): string =>
  levels === 0 ? "{ id }" : `{ id dishes { id name place ${nested(levels - 1)} } }`;

const ask = (levels: number, maxElements: number) =>
  circular(maxElements).engine.executeValid({ query: parse(`{ place ${nested(levels)} }`) });

const codesOf = (result: Awaited<ReturnType<typeof ask>>) =>
  "errors" in result ? [...new Set(result.errors?.map(({ extensions }) => extensions["code"]))] : [];

test("two levels fit, and are whole", async () => {
  const result = await ask(2, 10_000);
  expect(codesOf(result)).toEqual([]);
  expect(JSON.stringify(result).match(/"name"/g)).toHaveLength(size + size * size);
});

test("deeper ones end with a code, whether a step has too many objects, or the answer too many elements", async () => {
  expect(codesOf(await ask(4, 10_000))).toContain("OPERATION_TOO_LARGE");
  expect(codesOf(await ask(3, 5_000))).toContain("OPERATION_TOO_LARGE");
  expect(codesOf(await ask(6, 200_000))).toContain("OPERATION_TOO_LARGE");
});

test("the work of later levels is not begun: requests do not grow with the depth", async () => {
  const { engine, requests } = circular(10_000);
  await engine.executeValid({ query: parse(`{ place ${nested(10)} }`) });
  expect(requests()).toBeLessThanOrEqual(21);
});
