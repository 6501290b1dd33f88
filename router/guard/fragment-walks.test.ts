/**
 * Every walk over fragments looks at each about once, however often it is spread: 30 fragments that spread the next twice open into
 * a billion fields. Counted is what is looked at, in documents of 20, 30 and 40 such fragments.
 */
import {
  Kind,
  buildSchema,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLObjectType,
  type OperationDefinitionNode,
} from "graphql";
import { expect, test } from "vitest";
import { answerEstimate } from "../../kit/document/answer-estimate.ts";
import { documentSize } from "../../kit/document/document-size.ts";
import { readFieldWeights } from "../../kit/document/field-weights.ts";
import { countedDocument, doublingText } from "../../kit/testing/doubling.ts";
import { usageOf } from "../../schema/check/usage.ts";
import { collectFields, type SelectionScope } from "../engine/compile/collect-fields.ts";
import { findDeferredParts } from "../engine/defer/deferred-parts.ts";
import { testGraph } from "../engine/in-process-graph.ts";
import { deferRules } from "../engine/state/defer-rules.ts";
import { choose } from "../engine/state/operation-cache.ts";
import { planningOperation } from "../engine/state/planning-document.ts";
import { createSupergraphState } from "../engine/state/supergraph-state.ts";
import { fragmentsOf, mutationsOf } from "../http/operation-fields.ts";
import { issuesRefreshToken, takeRefreshTokens, takesRefreshToken } from "../http/refresh-cookie.ts";

const graph = testGraph({
  people: {
    sdl: `type Query { me: User } type Mutation { signIn: User me: User }
      type User { friend: User friends(first: Int): [User] }`,
    resolvers: {},
  },
});
const schema = graph.engine.apiSchema;
const state = createSupergraphState(graph.engine.supergraphSdl, 1_000_000);
const weights = readFieldWeights({ kind: Kind.DOCUMENT, definitions: [] });

const operationOf = (document: DocumentNode) => document.definitions[0] as OperationDefinitionNode;

const scopeOf = (document: DocumentNode): SelectionScope => ({
  schema: state.apiSchema,
  full: state.fullSchema,
  fragments: fragmentsOf(document),
  conditions: new Map(),
  dataName: state.names.nameOf,
});

const root = state.apiSchema.getQueryType() as GraphQLObjectType;

type Walk = (document: DocumentNode) => unknown;

/** How often `walk` looks at selections of a doubling document of `count` fragments. */
function looksOf(walk: Walk, count: number, form: Omit<Parameters<typeof doublingText>[1], "type">): number {
  const { document, looks } = countedDocument(doublingText(count, { type: "User", ...form }));
  walk(document);
  return looks();
}

const rootFieldsOf = (document: DocumentNode) => {
  const operation = operationOf(document);
  return { operation, root, fields: collectFields(scopeOf(document), root, [operation.selectionSet]) };
};

const query = { start: "query ($n: Int) { me { ...F0 } }", field: "friends(first: $n)", beside: false };
const flat = { ...query, beside: true };
const mutation = { start: "mutation { signIn { ...F0 } }", field: "friend", beside: true };
const rootMutation = {
  ...mutation,
  start: "mutation { ...M signIn { ...F0 } } fragment M on Mutation { signIn { ...F0 } }",
};

test.each<[name: string, walk: Walk, form: typeof query]>([
  ["the size of a document", documentSize, query],
  ["the size of a document, on one object", documentSize, flat],
  [
    "the estimate of an answer",
    (document) => answerEstimate(schema, document, operationOf(document), { weights, assumedListSize: 10 }) as unknown,
    query,
  ],
  ["the choice of an operation", (document) => choose(document, undefined), query],
  ["mutations that are asked for", (document) => mutationsOf(operationOf(document), document), rootMutation],
  ["whether a refresh token is taken", (document) => takesRefreshToken(operationOf(document), document), rootMutation],
  ["whether one is given", (document) => issuesRefreshToken(operationOf(document), document), rootMutation],
  [
    "refresh tokens in an answer",
    (document) => takeRefreshTokens({ signIn: { __typename: "User" } }, operationOf(document), document),
    mutation,
  ],
  [
    "collected fields",
    (document) => collectFields(scopeOf(document), root, [operationOf(document).selectionSet]),
    flat,
  ],
  [
    "the document to be planned",
    (document) => planningOperation(scopeOf(document), state.types, rootFieldsOf(document)),
    flat,
  ],
  [
    "deferred parts",
    (document) => findDeferredParts(scopeOf(document), root, operationOf(document).selectionSet, () => {}),
    flat,
  ],
  ["what an operation uses of a schema", (document) => usageOf(schema, document), query],
])("%s", (_name, walk, form) => {
  const [few, more, most] = [20, 30, 40].map((count) => looksOf(walk, count, form)) as [number, number, number];
  expect(few).toBeGreaterThan(0);
  expect(most - more).toBeLessThanOrEqual((more - few) * 1.2);
});

test("validation: its costliest rule compares pairs of fragments, which grow with the square of their number", () => {
  const rules = [...specifiedRules, ...deferRules];
  for (const form of [query, flat]) {
    const count = (fragments: number) => looksOf((document) => validate(schema, document, rules), fragments, form);
    expect(count(40)).toBeLessThanOrEqual(count(20) * 4.5);
  }
});

test("what opens into too many places is refused before it is planned, having been looked at a bounded number of times", () => {
  const looks = [30, 40].map((count) =>
    looksOf(
      (document) =>
        expect(() => planningOperation(scopeOf(document), state.types, rootFieldsOf(document))).toThrow("20000 fields"),
      count,
      query,
    ),
  );
  expect(looks[1]).toBeLessThanOrEqual((looks[0] as number) * 1.1);
  expect(looks[1]).toBeLessThan(200_000);
});

test("@defer at every spread: more parts than there may be end the walk", () => {
  const text = doublingText(30, { type: "User", ...flat }).replaceAll(/(?<=\.\.\.F\d+) (?!on)/g, " @defer ");
  const { document, looks } = countedDocument(text);
  expect(findDeferredParts(scopeOf(document), root, operationOf(document).selectionSet, () => {})).toBeUndefined();
  expect(looks()).toBeLessThan(1_000);
});

test("an estimate is worked out in one pass for each request, however often its parts are used", () => {
  const { document } = countedDocument(doublingText(30, { type: "User", ...query }));
  const large = buildSchema("type Query { me: User } type User { friends(first: Int): [User] }");
  const estimate = answerEstimate(large, document, operationOf(document), { weights, assumedListSize: 10 });
  if (typeof estimate === "number") throw new Error("the estimate depends on a variable");
  let reads = 0;
  const variables = new Proxy({ n: 1 }, { get: (target, name) => ((reads += 1), Reflect.get(target, name)) });
  expect(estimate(variables)).toBeGreaterThan(2 ** 30);
  expect(reads).toBeLessThanOrEqual(60);
});
