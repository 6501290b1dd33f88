/** Errors on their way out of a server, and what the log is told of them. */
import { ApolloServer } from "@apollo/server";
import { GraphQLError } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { graphqlError } from "../errors.ts";
import type { Log } from "../server/log.ts";
import { maskErrors } from "./mask-plugin.ts";

const fail = (error: Error) => () => {
  throw error;
};
const server = new ApolloServer<{ log: Log; traceId: string }>({
  typeDefs: "type Query { rows: [Row] } type Row { broken: Int other: Int missing: Int }",
  resolvers: {
    Query: { rows: () => Array.from({ length: 30 }, () => ({})) },
    Row: {
      broken: fail(new GraphQLError("disk full")),
      other: fail(new Error("secret")),
      missing: fail(graphqlError("NOT_FOUND")),
    },
  },
  plugins: [maskErrors],
});
beforeAll(() => server.start());
afterAll(() => server.stop());

test("what went wrong alike at many places is masked at each, and logged once with the number of places", async () => {
  const lines: { level: string; fields: Record<string, unknown> }[] = [];
  const note = (level: string) => (fields: Record<string, unknown>) => void lines.push({ level, fields });
  const log = { error: note("error"), warn: note("warn") } as unknown as Log;
  const { body } = await server.executeOperation(
    { query: "{ rows { broken other missing } }" },
    { contextValue: { log, traceId: "t" } },
  );
  const { errors = [] } = body.kind === "single" ? body.singleResult : body.initialResult;
  expect(errors).toHaveLength(90);
  expect(new Set(errors.map(({ extensions }) => extensions?.["code"]))).toEqual(
    new Set(["INTERNAL_SERVER_ERROR", "NOT_FOUND"]),
  );
  expect(JSON.stringify(errors)).not.toMatch(/disk|secret/);
  const told = (level: string) => lines.filter((line) => line.level === level).map(({ fields }) => fields);
  expect(told("error").map(({ err }) => (err as Error).message)).toEqual(["disk full", "secret"]);
  expect(told("warn")).toEqual([
    { message: "disk full", places: 30, traceId: "t" },
    { message: "secret", places: 30, traceId: "t" },
  ]);
});
