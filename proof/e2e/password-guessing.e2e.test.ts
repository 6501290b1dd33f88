/** A thousand guesses at once at one account, through real processes: the owner and everybody else still sign in. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoEmail, demoPassword } from "../../demo/world/world.ts";
import { dataFolder, startTestSystem, type TestSystem } from "./system.ts";

const attacked = demoEmail.customer(0);
const mutation = `mutation In($input: SignInInput!) { signIn(input: $input) { __typename } }`;
let folder: Awaited<ReturnType<typeof dataFolder>>;
let system: TestSystem;

beforeAll(async () => {
  folder = await dataFolder();
  // The test plays the proxy that says where clients are.
  system = await startTestSystem(folder.path, { TRUSTED_PROXIES: "127.0.0.1" });
});
afterAll(async () => {
  await system?.stop();
  await folder?.remove();
});

type Came = { outcome: string | undefined; retryAfter: string | null; told: unknown };

async function signIn(email: string, password: string, address: string): Promise<Came> {
  const response = await fetch(system.url, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": address },
    body: JSON.stringify({ query: mutation, variables: { input: { email, password } } }),
  });
  const { data, errors } = (await response.json()) as {
    data?: { signIn: { __typename: string } | null };
    errors?: { extensions: { code: string; retryAfterSeconds?: number } }[];
  };
  const error = errors?.[0]?.extensions;
  const outcome = data?.signIn?.__typename ?? error?.code;
  return { outcome, retryAfter: response.headers.get("retry-after"), told: error?.retryAfterSeconds };
}

test("guesses are refused with the time to wait, while the owner and others get in", async () => {
  // From where the owner signed in before, others' failures do not even slow them down.
  expect((await signIn(attacked, demoPassword, "198.51.100.7")).outcome).toBe("SignInSuccess");
  const guesses = Array.from({ length: 1_000 }, (_, n) => signIn(attacked, `guess ${n}`, "203.0.113.66"));
  const others = await Promise.all([
    signIn(attacked, demoPassword, "198.51.100.7"),
    signIn(demoEmail.customer(1), demoPassword, "198.51.100.8"),
    signIn(demoEmail.owner(0), demoPassword, "203.0.113.66"),
  ]);
  expect(others.map(({ outcome }) => outcome)).toEqual(Array(3).fill("SignInSuccess"));
  const came = await Promise.all(guesses);
  const refused = came.filter(({ outcome }) => outcome === "RATE_LIMITED");
  expect(new Set(came.map(({ outcome }) => outcome))).toEqual(new Set(["RATE_LIMITED", "InvalidCredentialsError"]));
  expect(refused.length).toBeGreaterThan(900);
  expect(refused.filter(({ retryAfter, told }) => retryAfter !== String(told) || !(Number(told) >= 1))).toEqual([]);
});
