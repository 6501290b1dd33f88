/** Users on a fresh database, for its tests. */
import type { z } from "zod";
import type { Caller } from "../../kit/access/identity.ts";
import { testSubgraph, type FakeCalls } from "../../kit/testing/subgraph.ts";
import { env } from "./env.ts";
import { argon2, type Hasher } from "./keys/passwords.ts";
import { start } from "./main.ts";

export const testSecret = "a secret of tests, long enough to be one";

/** Starts users; `pauses` collects the delays that sign-ins earned instead of waiting for them, `verified` the hashes that were verified. */
export async function testUsers(
  calls: FakeCalls = {},
  options: { settings?: Record<string, string>; verify?: Hasher["verify"] } = {},
) {
  const pauses: number[] = [];
  const verified: string[] = [];
  const hasher: Hasher = {
    hash: argon2.hash,
    verify: (passwordHash, password) => {
      verified.push(passwordHash);
      return (options.verify ?? argon2.verify)(passwordHash, password);
    },
  };
  const service = await testSubgraph("users", {
    env,
    calls,
    settings: { KEY_ENCRYPTION_KEY: testSecret, ...options.settings },
    start: (settings: z.infer<typeof env>, replaced) =>
      start(settings, { ...replaced, hasher, pause: async (ms) => void pauses.push(ms) }),
  });

  /** Runs a mutation of one input and answers its result with what `selection` asks. */
  async function mutate(
    name: string,
    input: object,
    selection: string,
    caller?: Caller,
    headers?: Record<string, string>,
  ) {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    // signOut has no error, so there the fragment would not be valid.
    const errors = name === "signOut" ? "" : "... on UserError { message }";
    const text = `mutation M($input: ${type}!) { result: ${name}(input: $input) { __typename ${errors} ${selection} } }`;
    const answer = await service.graphql(text, { input }, caller, headers);
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data.result;
  }

  const tokens = "accessToken refreshToken expiresAt user { id email displayName roles }";

  /** Registers and answers the success. */
  const register = (email: string, password = "correct horse", displayName = "Ayu") =>
    mutate(
      "register",
      { email, password, displayName },
      `... on RegisterSuccess { ${tokens} } ... on InvalidInputError { field }`,
    );

  const signIn = (email: string, password = "correct horse", caller?: Caller) =>
    mutate("signIn", { email, password }, `... on SignInSuccess { ${tokens} }`, caller);

  const refresh = (refreshToken: string | null, headers?: Record<string, string>) =>
    mutate(
      "refresh",
      refreshToken === null ? {} : { refreshToken },
      `... on RefreshSuccess { ${tokens} }`,
      undefined,
      headers,
    );

  /** Feeds the audit events that users published back to it, as the broker would. */
  async function deliverAudit() {
    const published = (await service.outbox()).filter((event) => event.type === "audit.recorded.v1");
    for (const event of published) await service.deliver(event);
    return published.length;
  }

  return { ...service, pauses, verified, mutate, register, signIn, refresh, deliverAudit };
}
