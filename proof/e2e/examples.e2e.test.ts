/** The examples of the IDE as they stand, each asked as the demo account of its client. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoEmail } from "../../demo/world/world.ts";
import { knock, tokenOf } from "./door.ts";
import { dataFolder, startTestSystem, type TestSystem } from "./system.ts";

type Example = { client: string; name: string; query: string; variables: string };

let folder: Awaited<ReturnType<typeof dataFolder>>;
let system: TestSystem;
beforeAll(async () => {
  folder = await dataFolder();
  system = await startTestSystem(folder.path);
});
afterAll(async () => {
  await system?.stop();
  await folder?.remove();
});

const accounts: Record<string, string> = {
  customer: demoEmail.customer(0),
  restaurant: demoEmail.owner(0),
  courier: demoEmail.courier(0),
  admin: demoEmail.admin(),
};

test("every query is answered without an error, and those of the main way with data", async () => {
  const setup = await (await fetch(new URL("/ide/setup.json", system.url))).json();
  const { examples } = setup as { examples: Example[] };
  const tokens = new Map<string, string>();
  for (const [name, email] of Object.entries(accounts)) tokens.set(name, await tokenOf(system.url, email));
  const empty: string[] = [];
  for (const { client: of, name, query, variables } of examples) {
    if (!query.startsWith("query ")) continue;
    const given = variables === "" ? {} : (JSON.parse(variables) as object);
    const { data, errors } = await knock<Record<string, unknown>>(system.url, query, given, tokens.get(of));
    expect(errors, `${of} ${name} with ${variables}`).toEqual([]);
    if (Object.values(data ?? {}).includes(null)) empty.push(name);
  }
  for (const name of ["SearchRestaurants", "RestaurantMenu", "ItemDetails", "TrackOrder", "OrderDetails", "OrderFile"])
    expect(empty).not.toContain(name);
});

test("the first one, which nobody has to sign in for, finds restaurants", async () => {
  const { examples } = (await (await fetch(new URL("/ide/setup.json", system.url))).json()) as { examples: Example[] };
  const first = examples.find(({ name }) => name === "SearchRestaurants");
  const { data } = await knock<{ restaurants: { edges: unknown[] } }>(
    system.url,
    first?.query ?? "",
    JSON.parse(first?.variables ?? "{}") as object,
  );
  expect(data?.restaurants.edges.length).toBeGreaterThan(0);
});

/** After these the demo accounts cannot sign in any more, or belong to nobody. */
const endings = new Set([
  "EraseMe",
  "ChangePassword",
  "SignOut",
  "SuspendUser",
  "SetRoles",
  "RemoveMember",
  "SuspendRestaurant",
]);

test("no mutation is refused for a value that the example itself holds", async () => {
  const { examples } = (await (await fetch(new URL("/ide/setup.json", system.url))).json()) as { examples: Example[] };
  const tokens = new Map<string, string>();
  for (const [name, email] of Object.entries(accounts)) tokens.set(name, await tokenOf(system.url, email));
  const refused: string[] = [];
  for (const { client: of, name, query, variables } of examples) {
    if (!query.startsWith("mutation ") || endings.has(name)) continue;
    const given = variables === "" ? {} : (JSON.parse(variables) as object);
    const { data, errors } = await knock<Record<string, { __typename: string; message?: string }>>(
      system.url,
      query,
      given,
      tokens.get(of),
    );
    expect(errors, `${of} ${name} with ${variables}`).toEqual([]);
    for (const outcome of Object.values(data ?? {}))
      if (outcome.__typename === "InvalidInputError") refused.push(`${of} ${name}: ${outcome.message}`);
  }
  expect(refused).toEqual([]);
});
