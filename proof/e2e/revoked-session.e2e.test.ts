import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../demo/order/graphql.ts";
import { demoEmail, demoId, demoUserId } from "../../demo/world/world.ts";
import { act, knock, tokenOf, type Result } from "./door.ts";
import { dataFolder, startTestSystem, type TestSystem } from "./system.ts";

/** Events take a moment from subgraph to subgraph, more while the machine is busy. */
const patienceMs = 30_000;
const none = (prefix: string) => demoId(prefix, 99_999_999);
const restaurantId = demoId("rst", 0);
let folder: Awaited<ReturnType<typeof dataFolder>>;
let system: TestSystem;
let url = "";

beforeAll(async () => {
  folder = await dataFolder();
  system = await startTestSystem(folder.path);
  url = system.url;
});
afterAll(async () => {
  await system?.stop();
  await folder?.remove();
});

const documents = {
  placeOrder: `mutation Act($input: PlaceOrderInput!) { result: placeOrder(input: $input) { __typename } }`,
  cancelOrderForFault: `mutation Act($input: CancelOrderForFaultInput!) { result: cancelOrderForFault(input: $input) { __typename } }`,
  setRoles: `mutation Act($input: SetRolesInput!) { result: setRoles(input: $input) { __typename } }`,
};

/** What came of a mutation: its result's type, or the code of its error. */
async function outcome(token: string, name: keyof typeof documents, input: object): Promise<string | undefined> {
  const { data, errors } = await knock<{ result: Result | null }>(url, documents[name], { input }, token);
  return data?.result?.__typename ?? errors[0]?.extensions?.code;
}

const place = (token: string, quoteId: string) =>
  outcome(token, "placeOrder", { quoteId, paymentMethod: "pm_card_visa", idempotencyKey: "one-order" });

async function quoteAs(token: string): Promise<string> {
  const query = `query Menu($id: ID!) { restaurant(id: $id) { menu { items { id stock modifierGroups { minChoices } } } } }`;
  type Item = { id: string; stock: number | null; modifierGroups: { minChoices: number }[] };
  const { data } = await knock<{ restaurant: { menu: { items: Item[] }[] } }>(url, query, { id: restaurantId }, token);
  const items = data?.restaurant.menu.flatMap((section) => section.items) ?? [];
  const plain = items.find((item) => item.stock === null && item.modifierGroups.length === 0);
  const lines = [{ itemId: plain?.id, quantity: 1 }];
  return (await act(url, token, "quoteCart", { restaurantId, lines, fulfilment: "PICKUP" })).quote?.id ?? "";
}

async function signOut(token: string): Promise<void> {
  const query = `mutation SignOut { signOut(input: {}) { ... on SignOutSuccess { ended } } }`;
  const { data } = await knock<{ signOut: { ended: boolean } }>(url, query, {}, token);
  expect(data?.signOut.ended).toBe(true);
}

test("a session signed out places no order, though its token has not expired; the person's other session does", async () => {
  const [gone, other] = [await tokenOf(url, demoEmail.customer(0)), await tokenOf(url, demoEmail.customer(0))];
  const quoteId = await quoteAs(gone);
  expect(await place(gone, none("qot"))).not.toBe("UNAUTHENTICATED");
  await signOut(gone);
  await until(
    "orders to hear of the end of the session",
    patienceMs,
    () => place(gone, none("qot")),
    (came) => came === "UNAUTHENTICATED",
  );
  expect(await place(gone, quoteId)).toBe("UNAUTHENTICATED");
  expect(await place(other, quoteId)).toBe("PlaceOrderSuccess");
});

test("an admin's session signed out governs nothing, here or elsewhere; the other one does", async () => {
  const [gone, other] = [await tokenOf(url, demoEmail.admin()), await tokenOf(url, demoEmail.admin())];
  const fault = { orderId: none("ord"), fault: "PLATFORM", reason: "A test." };
  const roles = { userId: demoUserId.customer(1), roles: ["CUSTOMER"] };
  expect(await outcome(gone, "cancelOrderForFault", fault)).toBe("NotFoundError");
  await signOut(gone);
  expect(await outcome(gone, "setRoles", roles)).toBe("UNAUTHENTICATED");
  await until(
    "orders to hear of the end of the session",
    patienceMs,
    () => outcome(gone, "cancelOrderForFault", fault),
    (came) => came === "UNAUTHENTICATED",
  );
  expect(await outcome(other, "cancelOrderForFault", fault)).toBe("NotFoundError");
  expect(await outcome(other, "setRoles", roles)).toBe("SetRolesSuccess");
});

test("an admin who loses the role governs no more, though the token still names it", async () => {
  const [admin, courier] = [await tokenOf(url, demoEmail.admin()), demoUserId.courier(0)];
  const setRoles = (...roles: string[]) => outcome(admin, "setRoles", { userId: courier, roles });
  expect(await setRoles("COURIER", "ADMIN")).toBe("SetRolesSuccess");
  const former = await tokenOf(url, demoEmail.courier(0));
  const fault = { orderId: none("ord"), fault: "PLATFORM", reason: "A test." };
  expect(await outcome(former, "cancelOrderForFault", fault)).toBe("NotFoundError");
  expect(await setRoles("CUSTOMER", "COURIER")).toBe("SetRolesSuccess");
  expect(await outcome(former, "setRoles", { userId: courier, roles: ["ADMIN"] })).toBe("UNAUTHENTICATED");
  await until(
    "orders to hear of the end of the session",
    patienceMs,
    () => outcome(former, "cancelOrderForFault", fault),
    (came) => came === "UNAUTHENTICATED",
  );
});
