/** A GraphQL client in its smallest form, as one signed-in person. */

/** Asks the public graph; throws with the first error's message and code when the answer has errors. */
export type Ask = <T>(query: string, variables?: object) => Promise<T>;

/** A client of `url`, signed in when `accessToken` is given. */
export const client = (url: string, accessToken?: string): Ask =>
  async function ask<T>(query: string, variables: object = {}): Promise<T> {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}),
      },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as {
      data?: T;
      errors?: { message: string; path?: unknown[]; extensions?: { code?: string } }[];
    };
    const [error] = answer.errors ?? [];
    if (error)
      throw new Error(
        `${error.message} (${error.extensions?.code ?? response.status}) at ${error.path?.join(".") ?? "request"}`,
      );
    return answer.data as T;
  };

/** A mutation's result, in what all of them have. */
export type Union = { __typename: string; message?: string };

/** The success member of a mutation's result; throws with type name and message of anything else. */
export function succeeded<T extends { __typename: string }>(result: T | null | undefined, typename: string): T {
  if (result?.__typename === typename) return result;
  throw new Error(`expected ${typename}, got ${JSON.stringify(result)}`);
}

/** Runs one mutation of the form `name(input: $input)` and demands its success type. */
export async function mutate(ask: Ask, name: string, input: object): Promise<void> {
  const upper = `${name[0]?.toUpperCase()}${name.slice(1)}`;
  const answer = await ask<Record<string, Union>>(
    `mutation ${upper}($input: ${upper}Input!) { ${name}(input: $input) { __typename ... on UserError { message } } }`,
    { input },
  );
  succeeded(answer[name], `${upper}Success`);
}

/** Asks again until `done` holds, at most `withinMs`; the demo waits for events this way. */
export async function until<T>(
  what: string,
  withinMs: number,
  read: () => Promise<T>,
  done: (value: T) => boolean,
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const value = await read();
    if (done(value)) return value;
    if (Date.now() > end)
      throw new Error(`waited ${withinMs} ms in vain for ${what}; last seen: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
