/** A virtual person: signed in, and signed in again when the token has run out; whatever fails is theirs to ask again. */
import { demoPassword } from "../../demo/world/world.ts";

/** No definite answer: nobody knows what took effect. */
export class Unanswered extends Error {
  override name = "Unanswered";
}

/** The result of a mutation: a member of its union. */
export type Outcome = { __typename: string; message?: string } & Record<string, unknown>;

/** How long a person waits for an answer, milliseconds. */
const patienceMs = 8_000;

type Answered = {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions?: { code?: string } }[];
};

/** Passwords are costly to verify: everybody signs in from one address, so they come one after the other and wait longer. */
const signInPatienceMs = 30_000;
let signIns: Promise<unknown> = Promise.resolve();
const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
  const mine = signIns.then(work);
  signIns = mine.catch(() => {});
  return mine;
};

async function post(
  url: string,
  token: string | null,
  query: string,
  variables: object,
  withinMs = patienceMs,
): Promise<Answered> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(withinMs),
    });
    return (await response.json()) as Answered;
  } catch (error) {
    throw new Unanswered(String(error));
  }
}

/** Somebody with an account. */
export type Person = {
  readonly email: string;
  /** Reads; answers what there is of it, null fields where a service is away. Throws Unanswered when there is nothing. */
  read<T>(query: string, variables?: object): Promise<T>;
  /** Runs `name(input: $input)` and answers its union member, with `fields` of its success. Throws Unanswered when the outcome is unknown. */
  change(name: string, input: object, fields?: string): Promise<Outcome>;
};

const refusals = new Set(["UNAUTHENTICATED", "FORBIDDEN"]);

/** The person behind an account of the demo world; signs in when first needed. */
export function person(url: string, email: string): Person {
  let token: Promise<string> | null = null;
  const signIn = async (): Promise<string> => {
    const query = `mutation SignIn($input: SignInInput!) { signIn(input: $input) { __typename ... on SignInSuccess { accessToken } } }`;
    const { data } = await post(url, null, query, { input: { email, password: demoPassword } }, signInPatienceMs);
    const result = data?.["signIn"] as { accessToken?: string } | null | undefined;
    if (!result?.accessToken) throw new Unanswered(`${email} could not sign in: ${JSON.stringify(result)}`);
    return result.accessToken;
  };
  const ask = async (query: string, variables: object): Promise<Record<string, unknown>> => {
    token ??= inTurn(signIn);
    const current = token;
    const known = await current.catch((error: unknown) => {
      if (token === current) token = null;
      throw error;
    });
    const { data, errors = [] } = await post(url, known, query, variables);
    if (errors.some(({ extensions }) => refusals.has(extensions?.code ?? "")) && token === current) token = null;
    const [error] = errors;
    if (!data || Object.values(data).every((value) => value === null))
      throw new Unanswered(error ? `${error.message} (${error.extensions?.code})` : "nothing came back");
    return data;
  };
  return {
    email,
    read: async <T>(query: string, variables: object = {}) => (await ask(query, variables)) as T,
    change: async (name, input, fields = "") => {
      const upper = `${name[0]?.toUpperCase()}${name.slice(1)}`;
      const success = fields ? `... on ${upper}Success { ${fields} }` : "";
      const query = `mutation ${upper}($input: ${upper}Input!) { ${name}(input: $input) { __typename ${success} ... on UserError { message } } }`;
      return (await ask(query, { input }))[name] as Outcome;
    },
  };
}
