/** Promotions for tests, made, quoted and placed through the graph. */
import { newId } from "../../../kit/id.ts";
import { userCaller } from "../../../kit/testing/subgraph.ts";
import { selection, type Orders } from "./harness.ts";

type Caller = Orders["callers"]["customer"];

/** Somebody who may make promotions of the platform. */
export const admin = userCaller(newId("usr"), "admin");

/** A customer of their own. */
export const somebody = (): Caller => userCaller(newId("usr"), "customer");

const fields = `id name code kind funding restaurantShareBps limitTotal limitPerUser redeemed active endsAt endedAt percentBps amount { amount } minimumBasket { amount }`;
const window = { from: "2026-01-01T00:00", timeZone: "Asia/Jakarta" };

/** Answers a mutation of promotions: its result, or the whole answer when there is none. */
export async function edit(orders: Orders, name: string, input: object, caller: Caller) {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}`;
  const query = `mutation ($input: ${type}Input!) { ${name}(input: $input) { __typename
    ... on ${type}Success { promotion { ${fields} } } ... on UserError { message }
    ${name === "endPromotion" ? "" : "... on InvalidInputError { field }"} } }`;
  const answer = await orders.graphql(query, { input }, caller);
  return answer.data?.[name] ?? answer;
}

/** A promotion of the platform: 10 % of every basket unless `change` says otherwise. Throws when it is refused. */
export async function promised(orders: Orders, change: Record<string, unknown> = {}, terms: object = {}) {
  const input = {
    name: "Test",
    currency: "IDR",
    terms: { kind: "PERCENT", percentBps: 1000, ...terms },
    window,
    ...change,
  };
  const answer = await edit(orders, "createPlatformPromotion", input, admin);
  if (!answer.promotion) throw new Error(JSON.stringify(answer));
  return answer.promotion as { id: string; code: string | null };
}

/** Ends it, so that the tests that follow are without it. */
export async function over(orders: Orders, { id }: { id: string }): Promise<void> {
  const answer = await edit(orders, "endPromotion", { promotionId: id }, admin);
  if (!answer.promotion) throw new Error(JSON.stringify(answer));
}

/** What its people see of it. */
export const seen = async (orders: Orders, id: string, caller = admin) =>
  (await orders.graphql(`query ($id: ID!) { promotion(id: $id) { ${fields} } }`, { id }, caller)).data?.promotion;

const quoteFields = `id promotions { name kind code discount { amount } } amounts { items { amount } discount { amount } tax { amount }
  deliveryFee { amount } total { amount } } lines { lineTotal { amount } discount { amount } }`;
const notApplicable = `... on PromotionNotApplicableError { problem minimumBasket { amount } freshQuote { ${quoteFields} } }`;

/** Answers quoteCart for a pickup order of two dishes at 5,000,000; `change` as in `selection`. */
export async function quoteWith(orders: Orders, change: object = {}, caller: Caller = somebody()) {
  const query = `mutation ($input: QuoteCartInput!) { quoteCart(input: $input) { __typename
    ... on QuoteCartSuccess { quote { ${quoteFields} } } ${notApplicable} ... on UserError { message } } }`;
  const input = selection(orders, { fulfilment: "PICKUP", addressId: null, ...change });
  const answer = await orders.graphql(query, { input }, caller);
  return answer.data?.quoteCart ?? answer;
}

/** Answers placeOrder. */
export async function placeWith(orders: Orders, quoteId: string, caller: Caller, idempotencyKey = newId("key")) {
  const query = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename
    ... on PlaceOrderSuccess { order { id state promotions { name discount { amount } } amounts { discount { amount } total { amount } } } }
    ${notApplicable} ... on UserError { message } } }`;
  const answer = await orders.graphql(
    query,
    { input: { quoteId, paymentMethod: "pm_card_visa", idempotencyKey } },
    caller,
  );
  return answer.data?.placeOrder ?? answer;
}

/** Quotes and places; the order's id. Throws when either is refused. */
export async function orderWith(orders: Orders, caller: Caller, change: object = {}): Promise<string> {
  const { quote } = await quoteWith(orders, change, caller);
  const placed = await placeWith(orders, quote?.id, caller);
  if (!placed.order) throw new Error(JSON.stringify(placed));
  return placed.order.id;
}
