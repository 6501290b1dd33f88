/** What the clients ask stays well below what the router lets through; and what it lets through, subgraphs do too. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema, getOperationAST, parse, type OperationDefinitionNode } from "graphql";
import { expect, test } from "vitest";
import { z } from "zod";
import { answerEstimate } from "../../kit/document/answer-estimate.ts";
import { documentSize } from "../../kit/document/document-size.ts";
import { readFieldWeights } from "../../kit/document/field-weights.ts";
import { operationLimits } from "../../kit/document/operation-settings.ts";
import { subgraphEnv } from "../../kit/server/env.ts";
import { env } from "../env.ts";
import { parseTrustedDocuments } from "./trusted-documents.ts";

const schemaFile = (name: string) => readFileSync(join(import.meta.dirname, "../../schema", name), "utf8");
const names = {
  MAX_OPERATION_TOKENS: true,
  MAX_OPERATION_FIELDS: true,
  MAX_OPERATION_DEPTH: true,
  MAX_OPERATION_ALIASES: true,
  MAX_ROOT_FIELDS: true,
  MAX_ANSWER_FIELDS: true,
  ASSUMED_LIST_SIZE: true,
} as const;
const limits = operationLimits(env.pick(names).parse({}));
const schema = buildSchema(schemaFile("api.graphql"), { assumeValid: true });
const weights = readFieldWeights(parse(schemaFile("supergraph.graphql")));

/** Pages as long as subgraphs give them. */
const longestPages = { first: 100, last: 100 };

test("every registered operation, with the longest pages, takes at most half of each limit", () => {
  const shares = [...parseTrustedDocuments(schemaFile("operations.json")).values()].map((text) => {
    const document = parse(text);
    const operation = getOperationAST(document) as OperationDefinitionNode;
    const { assumedListSize } = limits;
    const estimate = answerEstimate(schema, document, operation, { weights, assumedListSize });
    const fields = typeof estimate === "number" ? estimate : estimate(longestPages);
    const size = documentSize(document);
    return {
      name: operation.name?.value,
      answerFields: fields / limits.answerFields,
      fields: size.fields / limits.size.fields,
      depth: size.depth / limits.size.depth,
      aliases: size.aliases / limits.size.aliases,
      rootFields: size.rootFields / limits.size.rootFields,
    };
  });
  const largest = (["answerFields", "fields", "depth", "aliases", "rootFields"] as const).map((measure) => {
    const top = shares.reduce((one, other) => (other[measure] > one[measure] ? other : one));
    return `${measure}: ${top.name} takes ${Math.round(top[measure] * 100)} %`;
  });
  console.log(largest.join("; "));
  expect(shares.length).toBeGreaterThan(100);
  const crowded = shares.filter(({ name: _name, ...measures }) => Object.values(measures).some((share) => share > 0.5));
  expect(crowded).toEqual([]);
});

test("subgraphs let through all that the router does, which asks them for keys and renamed fields as well", () => {
  const inner = operationLimits(z.object(subgraphEnv).pick(names).parse({}));
  expect(inner.answerFields).toBeGreaterThanOrEqual(limits.answerFields * 2);
  for (const measure of ["fields", "depth", "aliases", "rootFields"] as const)
    expect(inner.size[measure]).toBeGreaterThanOrEqual(limits.size[measure] * 2);
});
