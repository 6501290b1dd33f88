import { ApolloServer, HeaderMap } from "@apollo/server";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RouterContext } from "./context.ts";
import { readRefreshCookie, refreshCookiePlugin } from "./refresh-cookie.ts";

const trusted = "https://app.test";
const typeDefs = `
  type Session { accessToken: String refreshToken: String }
  type Refusal { message: String }
  union SignInResult = Session | Refusal
  type Query { me: String session: Session }
  type Mutation { signIn: SignInResult register: Session refresh: Session signOut: Boolean rename: Session }
`;

/** The refresh token that each operation saw in its context. */
const seen: (string | undefined)[] = [];
const issue = (refreshToken: string) => (_source: unknown, _args: unknown, context: RouterContext) => {
  seen.push(context.refreshToken);
  return { __typename: "Session", accessToken: "access", refreshToken };
};
const server = new ApolloServer<RouterContext>({
  typeDefs,
  resolvers: {
    Query: { me: (_source, _args, context) => void seen.push(context.refreshToken), session: issue("query") },
    Mutation: {
      signIn: issue("signed in"),
      register: issue("registered"),
      refresh: issue("next"),
      rename: issue("none of ours"),
      signOut: (_source, _args, context) => seen.push(context.refreshToken) > 0,
    },
  },
  plugins: [refreshCookiePlugin([trusted])],
});
beforeAll(() => server.start());
afterAll(() => server.stop());

async function ask(query: string, origin?: string, cookie?: string) {
  seen.length = 0;
  const contextValue: RouterContext = {
    identity: { caller: { kind: "anonymous" } },
    traceId: "0",
    log: pino({ level: "silent" }),
    clientAddress: "127.0.0.1",
    signal: new AbortController().signal,
    ...(origin === undefined ? {} : { origin }),
  };
  const headers = new HeaderMap([["content-type", "application/json"]]);
  if (cookie !== undefined) headers.set("cookie", cookie);
  const response = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: "POST", search: "", headers, body: { query } },
    context: async () => contextValue,
  });
  if (response.body.kind !== "complete") throw new Error("no single answer");
  return { body: response.body.string, cookie: response.headers.get("set-cookie"), seen: [...seen] };
}

const aliased = "mutation { in: signIn { ... on Session { access: accessToken token: refreshToken } } }";
const fragments = `
  mutation { ...All }
  fragment All on Mutation { signIn { ...Parts } }
  fragment Parts on SignInResult { ... on Session { refreshToken } ... on Session { again: refreshToken } }
`;

test.each([
  ["plain", "mutation { register { refreshToken } }", "registered"],
  ["aliases", aliased, "signed in"],
  ["fragments", fragments, "signed in"],
  ["two operations' worth", "mutation { a: register { refreshToken } b: refresh { refreshToken } }", "next"],
])("a trusted browser gets a cookie instead of the token: %s", async (_case, query, token) => {
  const answer = await ask(query, trusted);
  expect(answer.body).not.toMatch(/signed in|registered|next|errors/);
  expect(answer.cookie).toMatch(`__Host-antar-refresh=${encodeURIComponent(token)};`);
  expect(answer.cookie?.split("; ").slice(1)).toEqual([
    "Path=/",
    "HttpOnly",
    "Secure",
    "SameSite=Strict",
    "Max-Age=2592000",
  ]);
});

test("the rest of the answer stays", async () => {
  const { body } = await ask(aliased, trusted);
  expect(JSON.parse(body)).toEqual({ data: { in: { access: "access", token: null } } });
});

test("other clients get the token, and no cookie", async () => {
  const answer = await ask(aliased);
  expect(answer.body).toContain("signed in");
  expect(answer.cookie).toBeUndefined();
});

test.each(["https://evil.test", "null", "https://app.test.evil.test", ""])(
  "origin %j gets neither token nor cookie",
  async (origin) => {
    const answer = await ask(aliased, origin);
    expect(answer.body).not.toContain("signed in");
    expect(answer.cookie).toBeUndefined();
  },
);

test("nothing but the sign-in mutations is touched", async () => {
  for (const query of ["{ session { refreshToken } }", "mutation { rename { refreshToken } }"]) {
    const answer = await ask(query, trusted);
    expect(answer.body).toMatch(/query|none of ours/);
    expect(answer.cookie).toBeUndefined();
  }
});

const cookie = "theme=dark; __Host-antar-refresh=old%20one";

test.each([
  ["refresh", "mutation { refresh { accessToken } }", trusted, "old one"],
  [
    "refresh under an alias in a fragment",
    "mutation { ...F } fragment F on Mutation { r: refresh { accessToken } }",
    trusted,
    "old one",
  ],
  ["signOut", "mutation { signOut }", trusted, "old one"],
  ["another mutation", "mutation { rename { accessToken } }", trusted, undefined],
  ["a query", "{ refresh: me }", trusted, undefined],
  ["an origin not in the list", "mutation { refresh { accessToken } }", "https://evil.test", undefined],
  ["no origin", "mutation { refresh { accessToken } }", undefined, undefined],
])("the cookie's token goes with %s only where it may", async (_case, query, origin, token) => {
  expect((await ask(query, origin, cookie)).seen).toEqual([token]);
});

test("signOut clears the cookie of a trusted browser only", async () => {
  expect((await ask("mutation { signOut }", trusted)).cookie).toMatch(/^__Host-antar-refresh=; .*Max-Age=0$/);
  expect((await ask("mutation { signOut }", "https://evil.test")).cookie).toBeUndefined();
});

test.each([
  [undefined, undefined],
  ["", undefined],
  ["antar-refresh=x", undefined],
  ["x__Host-antar-refresh=x", undefined],
  ["__Host-antar-refresh=", undefined],
  ["__Host-antar-refresh=%", undefined],
  ["a=b;__Host-antar-refresh=x", "x"],
])("the cookie header %j holds %j", (header, token) => expect(readRefreshCookie(header)).toBe(token));
