/** Requests that are meant to do harm, by name, with what they have to be answered. Used by their test and by `npm run bench:guard`. */
import { createHash } from "node:crypto";
import { doublingText } from "../../kit/testing/doubling.ts";

/** One request to the router's `/graphql`. */
export type Hostile = {
  name: string;
  method?: "GET" | "POST";
  /** Sent as it is. */
  body?: string;
  search?: string;
  headers?: Record<string, string>;
  status: number;
  /** Code of the first error. */
  code: string;
};

const query = (text: string, variables?: object): string => JSON.stringify({ query: text, variables });

const times = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, n) => make(n)).join(" ");

/** `menu{items{restaurant{menu{items{…}}}}}`, so many levels of menus deep. */
export function nestedMenus(levels: number): string {
  let inner = "name";
  for (let level = 0; level < levels; level++)
    inner = level === 0 ? `menu{items{name}}` : `menu{items{restaurant{${inner}}}}`;
  return `{restaurants(first:20){edges{node{${inner}}}}}`;
}

/** A document of about ten thousand characters, unlike those of other numbers. */
export const longDocument = (number: number): string =>
  `{ restaurant(id: "${number}") { ${times(400, (n) => `theNameOfIt${number}n${n}: name`)} } }`;

const beside = { type: "Mutation", field: "", beside: true };
const signIn = 'signIn(input: { email: "e", password: "p" }) { __typename }';
const mutationFragments = doublingText(30, { ...beside, start: `mutation { ${signIn} ...F0 }` }).replaceAll(
  "__typename }",
  `a: ${signIn} }`,
);
const nestedFragments = doublingText(30, {
  type: "Restaurant",
  field: "menu { items { restaurant { __typename } } } reviews",
  beside: true,
  start: '{ restaurant(id: "1") { ...F0 } }',
});
/** Thirty fragments, each of which spreads the next at two places below it. */
const deepFragments = [
  '{ restaurant(id: "1") { ...F0 } }',
  ...Array.from({ length: 30 }, (_each, n) => {
    const below = `menu { items { restaurant { ...F${n + 1} } } }`;
    return `fragment F${n} on Restaurant { a: ${below} b: ${below} }`;
  }),
  "fragment F30 on Restaurant { name }",
].join(" ");

const tooLarge = { status: 400, code: "OPERATION_TOO_LARGE" };
const invalid = { status: 400, code: "GRAPHQL_VALIDATION_FAILED" };
const unparsed = { status: 400, code: "GRAPHQL_PARSE_FAILED" };

const fragments: Hostile[] = [
  {
    name: "fragments of mutations that double, with a token that does not hold",
    body: query(mutationFragments),
    headers: { authorization: "Bearer nothing" },
    ...tooLarge,
  },
  {
    name: "the same from a browser",
    body: query(mutationFragments),
    headers: { origin: "http://app.test" },
    ...tooLarge,
  },
  {
    name: "the same for an answer in parts",
    body: query(mutationFragments),
    headers: { accept: "multipart/mixed" },
    ...tooLarge,
  },
  { name: "fragments of a query that double", body: query(nestedFragments), ...tooLarge },
  {
    name: "fragments that double at every level",
    body: query(deepFragments),
    ...tooLarge,
  },
  {
    name: "fragments that spread each other in a circle",
    body: query("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A __typename }"),
    ...invalid,
  },
];

const weights: Hostile[] = [
  { name: "menus of menus, six deep", body: query(nestedMenus(6)), ...tooLarge },
  { name: "menus of menus, three deep", body: query(nestedMenus(3)), ...tooLarge },
  {
    name: "menus of menus through variables",
    body: query(
      "query ($n: Int) { restaurants(first: $n) { edges { node { menu { items { modifierGroups { modifiers { name } } } } } } } }",
      { n: 100 },
    ),
    ...tooLarge,
  },
  {
    name: "a hundred aliases",
    body: query(`{ ${times(100, (n) => `a${n}: restaurants(first: 100) { edges { node { name } } }`)} }`),
    ...tooLarge,
  },
  {
    name: "a hundred aliases below one field",
    body: query(
      `{ restaurant(id: "1") { ${times(100, (n) => `a${n}: reviews(first: 100) { edges { node { rating } } }`)} } }`,
    ),
    ...tooLarge,
  },
  {
    name: "sixty registrations",
    body: query(
      `mutation { ${times(60, (n) => `r${n}: register(input: { email: "e${n}@a.test", password: "long enough", displayName: "n", locale: "en" }) { __typename }`)} }`,
    ),
    ...tooLarge,
  },
  {
    name: "selections a thousand levels deep",
    body: query(`{ restaurant(id: "1") { ${"menu { items { restaurant { ".repeat(300)}name${" } } }".repeat(300)} } }`),
    ...tooLarge,
  },
  { name: "ten kilobytes of aliases", body: query(longDocument(1)), ...tooLarge },
  {
    name: "the types of types of types",
    body: query(
      `{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }`,
    ),
    ...invalid,
  },
];

const documents: Hostile[] = [
  { name: "twenty thousand tokens", body: query(`{ ${"a ".repeat(20_000)}}`), ...unparsed },
  { name: "brackets that never close", body: query(`{ restaurant(id: ${"[".repeat(50_000)}`), ...unparsed },
  {
    name: "an endless number",
    body: query(`{ restaurants(first: ${"9".repeat(80_000)}) { edges { cursor } } }`),
    ...invalid,
  },
  {
    name: "hundreds of equal fields with long arguments",
    body: query(`{ ${times(450, () => `restaurant(id: "${"x".repeat(60)}") { name }`)} }`),
    ...tooLarge,
  },
  { name: "a document that is none", body: query("{"), ...unparsed },
  { name: "a body that is none", body: "{", status: 400, code: "BAD_REQUEST" },
  {
    name: "a body of a hundred and twenty kilobytes",
    body: query(`{ __typename } #${"a".repeat(120_000)}`),
    status: 413,
    code: "BAD_REQUEST",
  },
  {
    name: "a secret where a number has to be",
    body: query('{ restaurants(first: "hunter2") { edges { cursor } } }'),
    ...invalid,
  },
  {
    name: "a secret in a variable",
    body: query("query ($n: Int) { restaurants(first: $n) { edges { cursor } } }", { n: "hunter2" }),
    status: 400,
    code: "BAD_USER_INPUT",
  },
];

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const persisted = (hash: unknown, version = 1, text?: string) =>
  JSON.stringify({ query: text, extensions: { persistedQuery: { version, sha256Hash: hash } } });

const persistedQueries: Hostile[] = [
  {
    name: "a hash of another query",
    body: persisted(sha256("{ a }"), 1, "{ b }"),
    status: 400,
    code: "PERSISTED_QUERY_HASH_MISMATCH",
  },
  { name: "a hash that is none", body: persisted("abc"), status: 400, code: "PERSISTED_QUERY_INVALID" },
  {
    name: "a version that is to come",
    body: persisted(sha256("{ a }"), 2),
    status: 400,
    code: "PERSISTED_QUERY_VERSION_NOT_SUPPORTED",
  },
];

const badInput = { status: 400, code: "BAD_USER_INPUT" };
const quote = (input: object): string =>
  query("mutation ($input: QuoteCartInput!) { quoteCart(input: $input) { __typename } }", {
    input: { restaurantId: "1", lines: [], fulfilment: "PICKUP", ...input },
  });
const balance = (day: string): string => query(`{ trialBalance(day: ${day}, currency: "IDR") { day } }`);

/** Values that the graph's own scalars do not take; text that nobody may send is refused by the subgraphs, with its place. */
const values: Hostile[] = [
  { name: "a time in the year 0", body: quote({ scheduledFor: "0000-01-01T00:00:00Z" }), ...badInput },
  { name: "a time before the year 1 in UTC", body: quote({ scheduledFor: "0001-01-01T00:00:00+14:00" }), ...badInput },
  {
    name: "a time after the year 9999 in UTC",
    body: quote({ scheduledFor: "9999-12-31T23:59:59-14:00" }),
    ...badInput,
  },
  { name: "a time that is none", body: quote({ scheduledFor: "tomorrow" }), ...badInput },
  { name: "an integer that no double holds", body: quote({ tipMinor: 2 ** 53 }), ...badInput },
  { name: "a day in the year 0, as a literal", body: balance('"0000-01-01"'), ...invalid },
  { name: "a day that is not in the calendar", body: balance('"2026-02-30"'), ...invalid },
  {
    name: "a day that is none, as a default",
    body: query('query ($day: LocalDate = "someday") { trialBalance(day: $day, currency: "IDR") { day } }'),
    ...invalid,
  },
  {
    name: "half of a surrogate pair, escaped in a literal",
    body: query(String.raw`{ restaurant(id: "\ud800") { name } }`),
    ...unparsed,
  },
];

/** Every hostile request to the router. None may reach a subgraph. */
export const hostileInputs: readonly Hostile[] = [
  ...fragments,
  ...weights,
  ...documents,
  ...values,
  ...persistedQueries,
];

/** Requests that are refused by nobody, though something in them is meant to take long. */
export const harmlessInputs: readonly Omit<Hostile, "code">[] = [
  {
    name: "an accept header of open quotes",
    body: query("{ __typename }"),
    headers: { accept: `multipart/mixed; a=${'"a'.repeat(5_000)}, */*` },
    status: 200,
  },
  {
    name: "an accept header of commas",
    body: query("{ __typename }"),
    headers: { accept: `${",".repeat(12_000)}application/json` },
    status: 200,
  },
  {
    name: "empty parameters",
    method: "GET",
    search: "?query=%7B__typename%7D&variables=&operationName=&extensions=&documentId=",
    headers: { "apollo-require-preflight": "1" },
    status: 200,
  },
];
