/** What restaurants and the platform promise, and what customers make of it. */
import { choose } from "./ordering.ts";
import { restaurantId, type World } from "./world.ts";

type Made = { promotion: { id: string } };
type Quoted = {
  quoteCart: {
    problem?: string;
    freshQuote?: { promotions: object[] };
    quote: {
      promotions: { code: string | null; discount: { amount: number } }[];
      amounts: { discount: { amount: number } };
    };
  };
};

const window = { from: "2020-01-01T00:00", timeZone: "Asia/Jakarta" };

/** A restaurant's promotion from its making to its end; customers see it on the restaurant's page. */
export async function promise({ owner, customer, admin }: World): Promise<void> {
  const terms = { kind: "PERCENT", percentBps: 500, minimumBasketMinor: 90_000_000_000 };
  const input = { restaurantId, name: "Feast", currency: "IDR", terms, window, limitTotal: 3 };
  const { createRestaurantPromotion } = await owner.run<{ createRestaurantPromotion: Made }>(
    "CreateRestaurantPromotion",
    { input },
  );
  const { id } = createRestaurantPromotion.promotion;
  type Shown = { restaurant: { promotions: { id: string }[] } };
  const { restaurant } = await customer.run<Shown>("RestaurantPromotions", { restaurantId });
  if (!restaurant.promotions.some((one) => one.id === id)) throw new Error("the promotion is not shown");
  await owner.run("UpdatePromotion", { input: { promotionId: id, name: "Great feast", limitTotal: 5 } });
  type All = { restaurant: { allPromotions: { edges: { node: { id: string; name: string } }[] } } };
  const { restaurant: own } = await owner.run<All>("AllPromotions", { restaurantId });
  const found = own.allPromotions.edges.find(({ node }) => node.id === id);
  if (found?.node.name !== "Great feast") throw new Error("the promotion was not changed");
  await admin.run("OnePromotion", { id });
  await owner.run("EndPromotion", { input: { promotionId: id } });
  await owner.run("UpdatePromotion", { input: { promotionId: id, name: "Again" } }, "PromotionFixedError");
}

/** A code of the platform: quoted in any case, refused when wrong, ended. */
export async function giveCode(world: World): Promise<void> {
  const { admin, customer } = world;
  const code = `E2E${Date.now().toString(36).toUpperCase()}`.slice(0, 20);
  const terms = { kind: "FIXED", amountMinor: 100_000 };
  const input = { name: "Welcome", code, currency: "IDR", terms, window, limitPerUser: 1 };
  const { createPlatformPromotion } = await admin.run<{ createPlatformPromotion: Made }>("CreatePlatformPromotion", {
    input,
  });
  await admin.run("CreatePlatformPromotion", { input }, "PromotionCodeTakenError");
  const { id: promotionId } = createPlatformPromotion.promotion;
  await admin.run("UpdatePromotion", { input: { promotionId, limitTotal: 10 } });
  const selection = { restaurantId, lines: [await choose(world)], fulfilment: "PICKUP" };
  const quoted = await customer.run<Quoted>("QuoteCart", {
    input: { ...selection, promotionCode: code.toLowerCase() },
  });
  const { promotions, amounts } = quoted.quoteCart.quote;
  if (promotions[0]?.discount.amount !== 100_000 || amounts.discount.amount !== 100_000)
    throw new Error("the code took nothing off");
  const wrong = { input: { ...selection, promotionCode: "NOSUCHCODE" } };
  const refused = await customer.run<Quoted>("QuoteCart", wrong, "PromotionNotApplicableError");
  if (refused.quoteCart.problem !== "UNKNOWN" || refused.quoteCart.freshQuote?.promotions.length !== 0)
    throw new Error("a wrong code is not refused as one");
  await admin.run("EndPromotion", { input: { promotionId } });
  type Listed = { promotions: { edges: { node: { id: string; endedAt: string | null } }[] } };
  const { promotions: list } = await admin.run<Listed>("Promotions", { first: 100 });
  if (!list.edges.some(({ node }) => node.id === promotionId && node.endedAt !== null))
    throw new Error("the ended promotion is not on the list");
}
