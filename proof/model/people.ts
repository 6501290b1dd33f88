/** Who acts in the model, and everything they can do, through the graph of each subgraph. */
import { newId } from "../../kit/id.ts";
import type { Caller } from "../../kit/access/identity.ts";
import { userCaller } from "../../kit/testing/subgraph.ts";
import type { ModelSystem, Subgraph } from "./system.ts";

/** The result of a mutation: a member of its union. */
export type Answer = { __typename: string } & Record<string, any>; // eslint-disable-line typescript/no-explicit-any -- tests read what they asked for

/** Runs `name(input: $input)` and answers its union member, with `fields` of it. Throws when there is none. */
export async function act(on: Subgraph, caller: Caller, name: string, input: object, fields = ""): Promise<Answer> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on UserError { message } ${fields} } }`;
  const answer = await on.graphql(query, { input }, caller);
  const result = answer.data?.[name];
  if (!result) throw new Error(`${name}: ${JSON.stringify(answer.errors)}`);
  return result as Answer;
}

/** Where everything is cooked. */
export const kitchen = { latitude: -6.2, longitude: 106.8167 };

const support = userCaller(newId("usr"), "support");
const admin = userCaller(newId("usr"), "admin");

/** What is listed for the one dish of the model, and how much of it there is. */
export const dish = { priceMinor: 4_000_000, stock: 5 };
/** How often the code of the model can be redeemed. */
export const codeLimit = 2;

/** A restaurant that is always open, its owner, and a zone around it. */
export async function openTown({ orders, menu, delivery, payments }: ModelSystem) {
  await delivery.sql`insert into zones (id, name, area, currency, base_fee_minor, per_km_fee_minor)
    values (gen_random_uuid(), 'Centre', ${delivery.sql.json({ kind: "CIRCLE", center: kitchen, radiusMeters: 8_000 })}, 'IDR', 700000, 200000)`;
  const terms = { cuisines: ["Padang"], currency: "IDR", taxInclusive: false, priceLevel: 2, prepSeconds: 600 };
  const place = { name: "Warung Model", location: kitchen, timeZone: "Asia/Jakarta" };
  const made = await act(
    menu,
    admin,
    "createRestaurant",
    { ...terms, ...place },
    "... on CreateRestaurantSuccess { restaurant { id } }",
  );
  const restaurantId: string = made["restaurant"].id;
  const ownerId = newId("usr");
  const data = { membershipId: newId("mem"), userId: ownerId, restaurantId, role: "OWNER" };
  for (const subgraph of [orders, menu, delivery, payments])
    await subgraph.deliver({ type: "membership.changed.v1", source: "users", aggregateId: data.membershipId, data });
  const owner = userCaller(ownerId, "customer");
  const spans = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: "00:00", closes: "00:00" }));
  await act(menu, owner, "setOpeningHours", { restaurantId, spans });
  return { restaurantId, owner };
}

export type Town = Awaited<ReturnType<typeof openTown>>;

/** A dish of limited stock, a code of limited use borne by the restaurant in part, a customer, and a courier who waits. */
export async function newScene({ orders, menu, delivery }: ModelSystem, { restaurantId, owner }: Town) {
  const { priceMinor, stock } = dish;
  const meal = { restaurantId, section: "All", name: "Rendang", priceMinor, taxRateBps: 1_000, stock };
  const made = await act(menu, owner, "createMenuItem", meal, "... on CreateMenuItemSuccess { item { id } }");
  const code = `M${newId("x").slice(-12).toUpperCase()}`;
  const promotion = await act(
    orders,
    admin,
    "createPlatformPromotion",
    {
      name: "Model",
      code,
      currency: "IDR",
      restaurantId,
      restaurantShareBps: 4_000,
      limitTotal: codeLimit,
      terms: { kind: "PERCENT", percentBps: 1_000 },
      window: { from: "2026-01-01T00:00", timeZone: "Asia/Jakarta" },
    },
    "... on CreatePlatformPromotionSuccess { promotion { id } }",
  );
  const courier = userCaller(newId("usr"), "courier");
  await act(delivery, courier, "goOnline", { location: kitchen });
  return {
    restaurantId,
    itemId: made["item"].id as string,
    code,
    promotionId: promotion["promotion"].id as string,
    owner,
    support,
    courier,
    customer: userCaller(newId("usr"), "customer"),
    addressId: newId("adr"),
  };
}

export type Scene = Awaited<ReturnType<typeof newScene>>;
