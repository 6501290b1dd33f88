/** Who asks: nobody, or one of the demo accounts. The token stays in memory. */

export type Account = { role: string; email: string; password: string };

const signIn = `mutation SignIn($input: SignInInput!) {
  signIn(input: $input) { __typename ... on SignInSuccess { accessToken } ... on UserError { message } }
}`;

type Answer = { data?: { signIn?: { accessToken?: string; message?: string } }; errors?: { message: string }[] };

let endpoint = "/graphql";
let current: { account: Account; accessToken: string } | undefined;

async function tokenOf({ email, password }: Account): Promise<string> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: signIn, variables: { input: { email, password } } }),
  });
  const { data, errors } = (await response.json()) as Answer;
  const token = data?.signIn?.accessToken;
  if (token === undefined) throw new Error(errors?.[0]?.message ?? data?.signIn?.message ?? "signing in failed");
  return token;
}

export const session = {
  /** Where to sign in. */
  use(url: string): void {
    endpoint = url;
  },
  /** The access token, if anybody is signed in. */
  token: (): string | undefined => current?.accessToken,
  /** Signs `account` in, or out with undefined; rejects with what the graph says. */
  async become(account: Account | undefined): Promise<void> {
    current = undefined;
    if (account) current = { account, accessToken: await tokenOf(account) };
  },
  /** A new token for who is signed in; false when nobody is, or it is refused. */
  async renew(): Promise<boolean> {
    if (!current) return false;
    const { account } = current;
    return session.become(account).then(
      () => true,
      () => false,
    );
  },
};
