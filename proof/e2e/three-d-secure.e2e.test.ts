/** 3-D Secure through the public door: the card's issuer sends the customer back to where the client was, with the order. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { quote } from "../../demo/order/customer.ts";
import { client } from "../../demo/order/graphql.ts";
import { demoEmail, demoId } from "../../demo/world/world.ts";
import { tokenOf } from "./door.ts";
import { dataFolder, startTestSystem, type TestSystem } from "./system.ts";

const app = "https://app.antar.test";
let folder: Awaited<ReturnType<typeof dataFolder>>;
let system: TestSystem;
let token: string;
beforeAll(async () => {
  folder = await dataFolder();
  system = await startTestSystem(folder.path, { CORS_ORIGINS: app });
  token = await tokenOf(system.url, demoEmail.customer(0));
});
afterAll(async () => {
  await system?.stop();
  await folder?.remove();
});

/** Orders with a card that needs 3-D Secure, from the page of this origin; gives the order's id. */
async function order(origin: string | undefined): Promise<string> {
  const quoteId = await quote(client(system.url, token), demoId("rst", 0), () => {});
  const query = `mutation Place($input: PlaceOrderInput!) { placeOrder(input: $input) { ... on PlaceOrderSuccess { order { id } } } }`;
  const input = { quoteId, paymentMethod: "pm_card_authenticationRequired", idempotencyKey: crypto.randomUUID() };
  const response = await fetch(system.url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}`, ...(origin ? { origin } : {}) },
    body: JSON.stringify({ query, variables: { input } }),
  });
  const { data } = (await response.json()) as { data: { placeOrder: { order: { id: string } } } };
  return data.placeOrder.order.id;
}

/** Where the issuer's page sends the customer who confirms. */
async function confirmed(orderId: string): Promise<URL> {
  const read = `query Confirm($id: ID!) { order(id: $id) { payment { nextActionUrl } } }`;
  const nextAction = async () => {
    const answer = await client(system.url, token)<{ order: { payment: { nextActionUrl: string | null } | null } }>(
      read,
      { id: orderId },
    );
    return answer.order.payment?.nextActionUrl ?? "";
  };
  await expect.poll(nextAction, { timeout: 60_000 }).toContain("/3ds/");
  const body = new URLSearchParams({ outcome: "success" });
  const response = await fetch(await nextAction(), { method: "POST", body, redirect: "manual" });
  expect(response.status).toBe(303);
  return new URL(response.headers.get("location") ?? "");
}

test.for<[name: string, origin: string | undefined, expected: () => string]>([
  ["an app that is allowed gets its own address", app, () => app],
  ["a client on this machine gets the router's, as it used it", undefined, () => new URL(system.url).origin],
  ["a page that is not allowed is not sent to", "https://evil.test", () => new URL(system.url).origin],
])("%s", async ([, origin, expected]) => {
  const orderId = await order(origin);
  const back = await confirmed(orderId);
  expect(back.origin).toBe(expected());
  expect(back.searchParams.get("order")).toBe(orderId);
  expect(back.searchParams.get("redirect_status")).toBe("succeeded");
});

test("the router's own page of return names the order, and nothing that is no order", async () => {
  const id = demoId("ord", 0);
  const read = async (path: string) => (await fetch(new URL(path, system.url))).text();
  expect(await read(`/?order=${id}&redirect_status=succeeded`)).toContain(id);
  expect(await read(`/?order=%3Cscript%3E&redirect_status=succeeded`)).not.toContain("script");
});
