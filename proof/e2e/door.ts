/** Knocks at the public door with whatever a test wants to send, and looks at every answer for what must stay inside. */
import { client } from "../../demo/order/graphql.ts";
import { demoPassword } from "../../demo/world/world.ts";

export type GraphqlError = { message: string; extensions?: { code?: string } };

/** An answer as it came over the wire. */
export type Answer<T> = { status: number; text: string; data: T | null | undefined; errors: GraphqlError[] };

/** What may stand in no answer: SQL, addresses with ports, stack traces, source files, gateway and driver internals. */
const internal = [
  /\b(?:select|insert|update|delete)\b[^"]*\b(?:from|into|set|where)\b/i,
  /drizzle|postgres|node_modules|stacktrace|serviceName/i,
  /\\n\s+at |\.ts\b/,
  /https?:\/\/|127\.0\.0\.1|localhost|[\w.]:\d{4,5}\b/i,
  /ECONN|EPIPE|ENOTFOUND|_entities/,
];

/** The part of `text` that tells about the inside; null when it tells nothing. */
export const leak = (text: string): string | null =>
  internal.map((pattern) => pattern.exec(text)?.[0]).find((found) => found !== undefined) ?? null;

/** Sends `body` as it is; throws when the answer tells about the inside. */
export async function send<T>(url: string, body: string, headers: Record<string, string> = {}): Promise<Answer<T>> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  const text = await response.text();
  const found = leak(text);
  if (found !== null) throw new Error(`the answer tells "${found}": ${text}`);
  const { data, errors = [] } = JSON.parse(text) as { data?: T | null; errors?: GraphqlError[] };
  return { status: response.status, text, data, errors };
}

/** Sends one GraphQL request, as the bearer of `token` when there is one. */
export const knock = <T>(url: string, query: string, variables: object = {}, token?: string): Promise<Answer<T>> =>
  send(url, JSON.stringify({ query, variables }), token === undefined ? {} : { authorization: `Bearer ${token}` });

/** An access token of a demo account. */
export async function tokenOf(url: string, email: string): Promise<string> {
  const { signIn } = await client(url)<{ signIn: { accessToken?: string } }>(
    `mutation SignIn($input: SignInInput!) { signIn(input: $input) { ... on SignInSuccess { accessToken } } }`,
    { input: { email, password: demoPassword } },
  );
  if (!signIn.accessToken) throw new Error(`${email} cannot sign in`);
  return signIn.accessToken;
}

/** What a mutation came to: the result's type and whatever of these fields it has. */
export type Result = {
  __typename: string;
  message?: string;
  field?: string;
  state?: string;
  status?: string;
  reason?: string | null;
  triesLeft?: number;
  items?: { problem: string; item: { id: string } | null }[];
  order?: { id: string; state: string };
  quote?: { id: string };
};

/** The fields to ask of each result type that a test looks into. */
const details: Record<string, string> = {
  quoteCart: `... on QuoteCartSuccess { quote { id } } ... on InvalidInputError { field }
    ... on ItemUnavailableError { items { problem item { id } } }`,
  placeOrder: `... on PlaceOrderSuccess { order { id state } } ... on ItemUnavailableError { items { problem item { id } } }`,
  acceptOrder: `... on AcceptOrderSuccess { order { id state } } ... on WrongOrderStateError { state }`,
  requestInstantPayout: `... on PayoutAccountNotActiveError { status reason }`,
  pickUp: `... on WrongPickupCodeError { triesLeft }`,
};

/** Runs the mutation `name(input: $input)` as the bearer of `token`; its result, or a throw when it has none. */
export async function act(url: string, token: string, name: string, input: object): Promise<Result> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation Act($input: ${type}!) { ${name}(input: $input) { __typename ... on UserError { message } ${details[name] ?? ""} } }`;
  const answer = await knock<Record<string, Result>>(url, query, { input }, token);
  const result = answer.data?.[name];
  if (!result) throw new Error(`${name} has no result: ${answer.text}`);
  return result;
}
