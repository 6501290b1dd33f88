import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../../demo/order/graphql.ts";
import { cook, placeAndAccept, signInPeople, takeOffer } from "../../demo/order/order.ts";
import { demoEmail, demoId, demoPassword } from "../../demo/world/world.ts";
import { act, knock, send, tokenOf, type Result } from "./door.ts";
import { dataFolder, startTestSystem, type TestSystem } from "./system.ts";

type Item = { id: string; stock: number | null; modifierGroups: { minChoices: number; modifiers: { id: string }[] }[] };

const meQuery = `query Me { me { id email } }`;
const orderQuery = `query Order($id: ID!) { order(id: $id) { id state } }`;
const restaurantId = demoId("rst", 0);
const closedId = demoId("rst", 2);
const none = (prefix: string) => demoId(prefix, 99_999_999);
let folder: Awaited<ReturnType<typeof dataFolder>>;
let system: TestSystem;
let url = "";
let token: Record<"customer" | "stranger" | "owner" | "foreignOwner" | "courier", string>;
let plain: Item;
let demanding: Item;

beforeAll(async () => {
  folder = await dataFolder();
  system = await startTestSystem(folder.path);
  url = system.url;
  const emails = [
    demoEmail.customer(0),
    demoEmail.customer(1),
    demoEmail.owner(0),
    demoEmail.owner(2),
    demoEmail.courier(0),
  ];
  const [customer = "", stranger = "", owner = "", foreignOwner = "", courier = ""] = await Promise.all(
    emails.map((email) => tokenOf(url, email)),
  );
  token = { customer, stranger, owner, foreignOwner, courier };
  const items = await menuOf(restaurantId);
  const find = (wanted: (item: Item) => boolean) => items.find((item) => item.stock === null && wanted(item)) as Item;
  plain = find((item) => item.modifierGroups.length === 0);
  demanding = find((item) => item.modifierGroups.some((group) => group.minChoices === 1));
});
afterAll(() => system?.stop().then(() => folder.remove()));

async function menuOf(id: string): Promise<Item[]> {
  const query = `query Menu($id: ID!) { restaurant(id: $id) { menu { items { id stock modifierGroups { minChoices modifiers { id } } } } } }`;
  const { data } = await knock<{ restaurant: { menu: { items: Item[] }[] } }>(url, query, { id }, token.customer);
  return data?.restaurant.menu.flatMap((section) => section.items) ?? [];
}

const quote = (line: object, restaurant = restaurantId, as = token.customer): Promise<Result> =>
  act(url, as, "quoteCart", { restaurantId: restaurant, lines: [line], fulfilment: "PICKUP" });

async function quoteId(as = token.customer): Promise<string> {
  const { quote: made } = await quote({ itemId: plain.id, quantity: 1 }, restaurantId, as);
  return made?.id ?? "";
}

const place = (quoted: string, paymentMethod = "pm_card_visa", idempotencyKey: string = crypto.randomUUID()) =>
  act(url, token.customer, "placeOrder", { quoteId: quoted, paymentMethod, idempotencyKey });

const reaches = (id: string, state: string) =>
  until(
    `the order to be ${state}`,
    30_000,
    () => knock<{ order: { state: string } | null }>(url, orderQuery, { id }, token.customer),
    ({ data }) => data?.order?.state === state,
  );

/** An order that waits for the restaurant's answer. */
async function placed(): Promise<string> {
  const { order } = await place(await quoteId());
  await reaches(order?.id ?? "", "PLACED");
  return order?.id ?? "";
}

describe("who asks", () => {
  const refused = async (bad: string) => {
    const { status, errors, data } = await knock(url, meQuery, {}, bad);
    expect(status).toBe(401);
    expect(errors.map(({ extensions }) => extensions?.code)).toEqual(["UNAUTHENTICATED"]);
    expect(data).toBeUndefined();
  };

  test("without a token, nobody is me: coded, no data", async () => {
    const { errors, data } = await knock<{ me: null }>(url, meQuery);
    expect(errors.map(({ extensions }) => extensions?.code)).toEqual(["UNAUTHENTICATED"]);
    expect(data?.me ?? null).toBeNull();
  });

  test("without a token, nothing can be ordered", async () => {
    const query = `mutation Place($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename } }`;
    const input = { quoteId: none("qot"), paymentMethod: "pm_card_visa", idempotencyKey: "anonymous" };
    const { errors, data } = await knock<{ placeOrder: null }>(url, query, { input });
    expect(errors.map(({ extensions }) => extensions?.code)).toEqual(["UNAUTHENTICATED"]);
    expect(data?.placeOrder ?? null).toBeNull();
  });

  test.each(["garbage", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])("the token %s is refused", refused);

  test("with a token that has died, a person can still sign in, and nothing else beside it", async () => {
    const signIn = `signIn(input: $input) { __typename }`;
    const input = { email: demoEmail.customer(1), password: demoPassword };
    const ask = (selection: string) =>
      knock<{ signIn: Result }>(url, `mutation SignIn($input: SignInInput!) { ${selection} }`, { input }, "a.b.c");
    expect((await ask(signIn)).data?.signIn.__typename).toBe("SignInSuccess");
    const passwords = 'currentPassword: "12345678", newPassword: "87654321"';
    const { status, data } = await ask(`${signIn} changePassword(input: { ${passwords} }) { __typename }`);
    expect(status).toBe(401);
    expect(data).toBeUndefined();
  });

  test("a token of another issuer is refused, even with the claims and key id of a true one", async () => {
    const claims = decodeJwt(token.customer);
    const { kid } = decodeProtectedHeader(token.customer);
    const { privateKey } = await generateKeyPair("EdDSA");
    const forge = (issuer: string) =>
      new SignJWT({ ...claims, iss: issuer })
        .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", ...(kid ? { kid } : {}) })
        .sign(privateKey);
    await refused(await forge("somebody-else"));
    await refused(await forge(claims.iss ?? ""));
  });

  test("a true token with a changed claim is refused", async () => {
    const [header, payload, signature] = token.customer.split(".");
    const claims = JSON.parse(Buffer.from(payload ?? "", "base64url").toString()) as object;
    const changed = Buffer.from(JSON.stringify({ ...claims, roles: ["ADMIN"] })).toString("base64url");
    await refused(`${header}.${changed}.${signature}`);
  });
});

describe("what is asked for", () => {
  test.each([-1, 0, 100, 2_147_483_647])("a quantity of %d is refused", async (quantity) => {
    const result = await quote({ itemId: plain.id, quantity });
    expect(result).toMatchObject({ __typename: "InvalidInputError", field: "input.lines[0].quantity" });
  });

  test.each([2_147_483_648, 1e300, 1.5])("a quantity of %d is no Int", async (quantity) => {
    await expect(quote({ itemId: plain.id, quantity })).rejects.toThrow("BAD_USER_INPUT");
  });

  test("a restaurant whose owner took its hours away takes no orders", async () => {
    const [item] = await menuOf(closedId);
    const closing = await act(url, token.foreignOwner, "setOpeningHours", { restaurantId: closedId, spans: [] });
    expect(closing.__typename).toBe("SetOpeningHoursSuccess");
    const result = await quote({ itemId: item?.id, quantity: 1 }, closedId);
    expect(result.__typename).toBe("RestaurantClosedError");
  });

  test("a dish out of stock is refused at the quote, and at the order when it ran out since", async () => {
    const item = (await menuOf(restaurantId)).find(({ stock }) => stock !== null) as Item;
    const { quote: before } = await quote({ itemId: item.id, quantity: 1 });
    expect((await act(url, token.owner, "setStock", { itemId: item.id, stock: 0 })).__typename).toBe("SetStockSuccess");
    const soldOut = { __typename: "ItemUnavailableError", items: [{ problem: "SOLD_OUT", item: { id: item.id } }] };
    expect(await quote({ itemId: item.id, quantity: 1 })).toMatchObject(soldOut);
    expect(await place(before?.id ?? "")).toMatchObject(soldOut);
  });

  test("too few, too many and foreign modifiers are refused", async () => {
    const portions =
      demanding.modifierGroups.find(({ minChoices }) => minChoices === 1)?.modifiers.map(({ id }) => id) ?? [];
    const chosen = (modifierIds: string[]) => quote({ itemId: demanding.id, quantity: 1, modifierIds });
    expect((await chosen(portions.slice(0, 1))).__typename).toBe("QuoteCartSuccess");
    for (const wrong of [[], portions.slice(0, 2), [...portions.slice(0, 1), none("mod")]]) {
      const result = await chosen(wrong);
      expect(result).toMatchObject({ __typename: "ItemUnavailableError", items: [{ problem: "WRONG_MODIFIERS" }] });
    }
  });
});

describe("an order", () => {
  test("someone else's quote is missing, exactly like one that never was", async () => {
    const foreign = await place(await quoteId(token.stranger));
    expect(foreign.__typename).toBe("NotFoundError");
    expect(await place(none("qot"))).toEqual(foreign);
  });

  test("the same key and body give the same order, another body a conflict", async () => {
    const [quoted, other, key] = [await quoteId(), await quoteId(), crypto.randomUUID()];
    const first = await place(quoted, "pm_card_visa", key);
    expect(first.__typename).toBe("PlaceOrderSuccess");
    expect((await place(quoted, "pm_card_visa", key)).order?.id).toBe(first.order?.id);
    expect((await place(quoted, "pm_card_mastercard", key)).__typename).toBe("IdempotencyConflictError");
    expect((await place(other, "pm_card_visa", key)).__typename).toBe("IdempotencyConflictError");
    expect((await place(quoted)).__typename).toBe("QuoteExpiredError");
  });

  test("a key that cannot be stored is refused", async () => {
    expect((await place(await quoteId(), "pm_card_visa", "a\0b")).__typename).toBe("InvalidInputError");
  });

  test("a declined card leaves the order to be paid with another, and the order is placed then", async () => {
    const { order } = await place(await quoteId(), "pm_card_chargeDeclined");
    const orderId = order?.id ?? "";
    const query = `query Paid($id: ID!) { order(id: $id) { state payment { canPayAgain failureReason triesLeft } } }`;
    type Seen = { order: { state: string; payment: { canPayAgain: boolean; failureReason: string } | null } };
    const seen = await until(
      "the card to be declined",
      30_000,
      () => knock<Seen>(url, query, { id: orderId }, token.customer),
      ({ data }) => data?.order.payment?.canPayAgain === true,
    );
    expect(seen.data?.order).toEqual({
      state: "PENDING_PAYMENT",
      payment: { canPayAgain: true, failureReason: "generic_decline", triesLeft: 4 },
    });
    const again = { orderId, paymentMethod: "pm_card_visa", idempotencyKey: crypto.randomUUID() };
    expect((await act(url, token.stranger, "payOrder", again)).__typename).toBe("NotFoundError");
    expect((await act(url, token.customer, "payOrder", again)).__typename).toBe("PayOrderSuccess");
    await reaches(orderId, "PLACED");
  });

  test("is nothing to a stranger, and nothing to another restaurant", async () => {
    const id = await placed();
    const [theirs, unknown] = await Promise.all(
      [id, none("ord")].map((each) => knock<{ order: null }>(url, orderQuery, { id: each }, token.stranger)),
    );
    expect(theirs?.data).toEqual({ order: null });
    expect([theirs?.status, theirs?.text]).toEqual([unknown?.status, unknown?.text]);
    const accept = (orderId: string) => act(url, token.foreignOwner, "acceptOrder", { orderId, prepMinutes: 5 });
    const refused = await accept(id);
    expect(refused.__typename).toBe("NotFoundError");
    expect(await accept(none("ord"))).toEqual(refused);
  });

  test("is accepted once, however often it is tried", async () => {
    const orderId = await placed();
    const accept = (prepMinutes: number) => act(url, token.owner, "acceptOrder", { orderId, prepMinutes });
    const names = (await Promise.all([accept(5), accept(6)])).map((result) => result.__typename);
    expect(names.toSorted()).toEqual(["AcceptOrderSuccess", "WrongOrderStateError"]);
    expect(await accept(7)).toMatchObject({ __typename: "WrongOrderStateError", state: "ACCEPTED" });
    const again = (await Promise.all([accept(5), accept(6)])).map((result) => result.__typename);
    expect(again).toEqual(names);
  });

  test("is not given to a courier with the wrong code, nor to one who did not take it", async () => {
    const people = await signInPeople(url);
    const { deliveryId, pickupCode } = await cook(
      people,
      await placeAndAccept(people, restaurantId, () => {}),
      () => {},
    );
    await takeOffer(people.courier, deliveryId, () => {});
    const wrong = String((Number(pickupCode) + 1) % 10_000).padStart(4, "0");
    const result = await act(url, token.courier, "pickUp", { deliveryId, code: wrong });
    expect(result).toMatchObject({ __typename: "WrongPickupCodeError", triesLeft: expect.any(Number) });
    const other = await tokenOf(url, demoEmail.courier(1));
    expect((await act(url, other, "pickUp", { deliveryId, code: pickupCode })).__typename).toBe("NotFoundError");
    expect((await act(url, token.courier, "pickUp", { deliveryId, code: pickupCode })).__typename).toBe(
      "PickUpSuccess",
    );
  });
});

describe("a payout", () => {
  type Seen = { restaurant: { payoutAccounts: { id: string; status: string }[] } };
  const accountsQuery = `query Accounts($id: ID!) { restaurant(id: $id) { payoutAccounts { id status } } }`;
  const accounts = async () => (await knock<Seen>(url, accountsQuery, { id: restaurantId }, token.owner)).data;
  const ask = (payoutAccountId: string, as = token.owner) =>
    act(url, as, "requestInstantPayout", { payoutAccountId, idempotencyKey: crypto.randomUUID() });

  test("to a suspended account is refused; to another's it is as to none", async () => {
    const admin = await tokenOf(url, demoEmail.admin());
    const isOpen = (seen: Seen | null | undefined) => seen?.restaurant.payoutAccounts[0]?.status === "ACTIVE";
    const seen = await until("the payout account", 60_000, accounts, isOpen);
    const payoutAccountId = seen?.restaurant.payoutAccounts[0]?.id ?? "";
    const reason = "Stolen identity";
    const suspended = await act(url, admin, "suspendPayoutAccount", { payoutAccountId, reason });
    expect(suspended.__typename).toBe("SuspendPayoutAccountSuccess");
    expect(await ask(payoutAccountId)).toMatchObject({
      __typename: "PayoutAccountNotActiveError",
      status: "SUSPENDED",
      reason,
    });
    const foreign = await ask(payoutAccountId, token.foreignOwner);
    expect(foreign.__typename).toBe("NotFoundError");
    expect(await ask(none("pac"), token.foreignOwner)).toEqual(foreign);
  });
});

describe("what is no request at all", () => {
  test.each([
    ["malformed JSON", `{"query": "{ me { id } }"`, 400, "BAD_REQUEST"],
    ["an unknown field", JSON.stringify({ query: "{ me { shoeSize } }" }), 400, "GRAPHQL_VALIDATION_FAILED"],
    [
      "an operation that is not there",
      JSON.stringify({ query: "query A { __typename }", operationName: "B" }),
      400,
      "OPERATION_RESOLUTION_FAILURE",
    ],
    [
      "a choice left open",
      JSON.stringify({ query: "query A { __typename } query B { __typename }" }),
      400,
      "OPERATION_RESOLUTION_FAILURE",
    ],
    ["a query cut short", JSON.stringify({ query: "{ me { id }" }), 400, "GRAPHQL_PARSE_FAILED"],
    ["no query", "{}", 400, "BAD_REQUEST"],
    [
      "too large a body",
      JSON.stringify({ query: "{ me { id } }", variables: { a: "a".repeat(150_000) } }),
      413,
      "BAD_REQUEST",
    ],
  ])("%s", async (_, body, status, code) => {
    const answer = await send(url, body);
    expect(answer.errors.map(({ extensions }) => extensions?.code)).toEqual([code]);
    expect(answer.status).toBe(status);
    expect(answer.data ?? null).toBeNull();
  });

  test("an unknown path is 404", async () => {
    expect((await send(new URL("/nowhere", url).href, "{}")).status).toBe(404);
  });
});
