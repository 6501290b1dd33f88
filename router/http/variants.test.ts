/** A contract of the graph at a running router, whichever engine runs it: what is left out is unknown to clients. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
  type GraphQLSchema,
} from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunningHttp } from "../../kit/server/http.ts";
import { variantNames } from "../../schema/variants.ts";
import { startLoneRouter } from "./testing/lone-router.ts";

const schemaFolder = join(import.meta.dirname, "../../schema");

const startVariant = (engine: string, variant: string): Promise<RunningHttp> =>
  startLoneRouter({ ROUTER_ENGINE: engine, GRAPH_VARIANT: variant });

async function ask(router: RunningHttp, query: string): Promise<{ data?: unknown; errors?: { message: string }[] }> {
  const response = await fetch(`${router.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data?: unknown; errors?: { message: string }[] };
}

const sorted = (schema: GraphQLSchema) => printSchema(lexicographicSortSchema(schema));
/** What stock gateway cannot do. */
const defer = /^directive @defer\(.*\n\n/m;

describe.each(["antar", "apollo"])("%s", (engine) => {
  test("knows @defer, or refuses it as it does any unknown directive", async () => {
    const router = await startVariant(engine, "public");
    try {
      const { data, errors } = await ask(router, "{ ... @defer { __typename } }");
      expect(data).toEqual(engine === "antar" ? { __typename: "Query" } : undefined);
      expect(errors?.map(({ message }) => message)).toEqual(
        engine === "antar" ? undefined : ['Unknown directive "@defer".'],
      );
    } finally {
      await router.stop();
    }
  });

  describe.each(variantNames)("%s", (variant) => {
    let router: RunningHttp;
    beforeAll(async () => void (router = await startVariant(engine, variant)));
    afterAll(() => router?.stop());

    test("shows the committed contract, and nothing else", async () => {
      const { data, errors } = await ask(
        router,
        getIntrospectionQuery({ specifiedByUrl: true, inputValueDeprecation: true }),
      );
      expect(errors).toBeUndefined();
      const committed = buildSchema(readFileSync(join(schemaFolder, `api.${variant}.graphql`), "utf8"));
      const expected = sorted(committed);
      expect(expected).toMatch(defer);
      expect(sorted(buildClientSchema(data as never))).toBe(
        engine === "antar" ? expected : expected.replace(defer, ""),
      );
    });

    test("knows an internal field only where it is part of the contract", async () => {
      const { data, errors = [] } = await ask(router, "{ ledgerBalance { currency sumMinor } }");
      const unknown = errors.some(({ message }) => message.includes('Cannot query field "ledgerBalance"'));
      expect(unknown).toBe(variant !== "internal");
      expect(data === undefined).toBe(variant !== "internal");
    });
  });
});
