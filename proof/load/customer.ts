/** A customer: quotes, orders with a key of their own, asks again while nobody answers, and follows the order to its end. */
import { demoEmail, demoId } from "../../demo/world/world.ts";
import { pause, type City } from "./city.ts";
import { person, Unanswered, type Outcome, type Person } from "./person.ts";
import { planOf, type Plan } from "./plan.ts";

type Item = {
  id: string;
  available: boolean;
  stock: number | null;
  modifierGroups: { minChoices: number; modifiers: { id: string; available: boolean }[] }[];
};
type Line = { itemId: string; quantity: number; modifierIds: string[] };
type Amounts = { total: { amount: number; currency: string } };
type Quote = { id: string; amounts: Amounts };

const terminal = new Set(["COMPLETED", "PAYMENT_FAILED", "REJECTED", "EXPIRED", "CANCELLED", "DELIVERY_FAILED"]);

/** Asks until there is a definite answer, less and less often: a crowd that insists at once keeps a busy system from recovering. */
export async function insist<T>(city: City, attempt: () => Promise<T>): Promise<T | null> {
  for (let ms = 400; !city.over; ms = Math.min(ms * 2, 6_400)) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      await pause(ms);
    }
  }
  return null;
}

async function dishes(customer: Person, restaurant: number): Promise<Item[]> {
  const query = `query Menu($id: ID!) { restaurant(id: $id) { menu { items { id available stock modifierGroups { minChoices modifiers { id available } } } } } }`;
  const { restaurant: found } = await customer.read<{ restaurant: { menu: { items: Item[] }[] } | null }>(query, {
    id: demoId("rst", restaurant),
  });
  if (!found) throw new Unanswered("no menu");
  return found.menu.flatMap(({ items }) => items).filter((item) => item.available);
}

function lineOf(items: readonly Item[], plan: Plan): Line {
  const limited = plan.limited ? items.find((item) => (item.stock ?? 0) >= plan.quantity) : undefined;
  const item = limited ?? items.find((each) => each.stock === null);
  if (!item) throw new Unanswered("nothing to order");
  const modifierIds = item.modifierGroups.flatMap(({ minChoices, modifiers }) =>
    modifiers
      .filter((each) => each.available)
      .slice(0, minChoices)
      .map((each) => each.id),
  );
  return { itemId: item.id, quantity: plan.quantity, modifierIds };
}

async function quote(customer: Person, addressId: string, plan: Plan, promotionCode: string | null): Promise<Quote> {
  const { restaurant, fulfilment, tipMinor } = plan;
  const line = lineOf(await dishes(customer, restaurant), plan);
  const address = fulfilment === "DELIVERY" ? { addressId } : {};
  const input = {
    restaurantId: demoId("rst", restaurant),
    lines: [line],
    fulfilment,
    tipMinor,
    promotionCode,
    ...address,
  };
  const result = await customer.change("quoteCart", input, "quote { id amounts { total { amount currency } } }");
  if (result.__typename === "PromotionNotApplicableError") return quote(customer, addressId, plan, null);
  if (result.__typename !== "QuoteCartSuccess") throw new Unanswered(`no quote: ${JSON.stringify(result)}`);
  return result["quote"] as Quote;
}

const place = (customer: Person, quoteId: string, paymentMethod: string, idempotencyKey: string) =>
  customer.change(
    "placeOrder",
    { quoteId, paymentMethod, idempotencyKey },
    "order { id amounts { total { amount currency } } }",
  );

const orderOf = (outcome: Outcome) => outcome["order"] as { id: string; amounts: Amounts };

/** Follows the order; tells the counter's code on the way. */
async function follow(city: City, customer: Person, orderId: string): Promise<void> {
  const query = `query Order($id: ID!) { order(id: $id) { state collectionCode } }`;
  for (;;) {
    await pause(3_000);
    const seen = await insist(city, () =>
      customer.read<{ order: { state: string; collectionCode: string | null } }>(query, { id: orderId }),
    );
    if (!seen) return;
    const { state, collectionCode } = seen.order;
    if (collectionCode) city.codes.set(orderId, collectionCode);
    if (!terminal.has(state)) continue;
    city.file.write({ kind: "ended", orderId, state });
    city.inFlight.delete(orderId);
    city.ended.set(state, (city.ended.get(state) ?? 0) + 1);
    city.lastEndedAt = Date.now();
    if (state === "COMPLETED") city.complaints.push(orderId);
    return;
  }
}

type Placed = { orderId: string; quoteId: string; key: string };

async function order(city: City, customer: Self, plan: Plan): Promise<Placed | null> {
  let code = plan.withCode ? city.code : null;
  while (!city.over) {
    const quoted = await insist(city, () => quote(customer.person, customer.addressId, plan, code));
    if (!quoted) return null;
    const key = crypto.randomUUID();
    const began = performance.now();
    const outcome = await insist(city, () => place(customer.person, quoted.id, plan.card, key));
    // Others were faster: then without it.
    if (outcome?.__typename === "PromotionNotApplicableError") code = null;
    if (outcome?.__typename !== "PlaceOrderSuccess") continue;
    const { id: orderId, amounts } = orderOf(outcome);
    const { amount: totalMinor, currency } = amounts.total;
    const { userId: customerId } = customer;
    city.file.write({ kind: "acknowledged", customerId, key, quoteId: quoted.id, orderId, totalMinor, currency });
    city.placeMs.push(performance.now() - began);
    city.placed++;
    city.lastPlacedAt = Date.now();
    city.inFlight.set(orderId, city.lastPlacedAt);
    if (plan.trouble !== null) {
      city.troubles.set(orderId, plan.trouble);
      city.reported.push({ orderId, trouble: plan.trouble });
    }
    return { orderId, quoteId: quoted.id, key };
  }
  return null;
}

/** Takes another card once the first was declined; gives up when the order is no longer to be paid. */
async function payAgain(city: City, { person: me }: Self, orderId: string): Promise<void> {
  const query = `query Paid($id: ID!) { order(id: $id) { state payment { canPayAgain } } }`;
  type Seen = { order: { state: string; payment: { canPayAgain: boolean } | null } };
  while (!city.over) {
    await pause(1_000);
    const seen = await insist(city, () => me.read<Seen>(query, { id: orderId }));
    if (seen?.order.state !== "PENDING_PAYMENT") return;
    if (!seen.order.payment?.canPayAgain) continue;
    const input = { orderId, paymentMethod: "pm_card_visa", idempotencyKey: crypto.randomUUID() };
    const outcome = await insist(city, () => me.change("payOrder", input));
    if (outcome?.__typename === "PayOrderSuccess") return;
  }
}

/** What the customer does with an acknowledged order before waiting for it. */
async function meddle(city: City, self: Self, stranger: Self, plan: Plan, placed: Placed): Promise<void> {
  const { orderId, quoteId, key } = placed;
  const { userId: customerId } = self;
  if (plan.card === "pm_card_chargeDeclined" && plan.paysAgain) await payAgain(city, self, orderId);
  if (plan.afterwards === "cancel")
    await insist(city, () => self.person.change("cancelOrder", { orderId, maxFeeMinor: 1_000_000_000_000 }));
  if (plan.afterwards === "repeat") {
    const again = await insist(city, () => place(self.person, quoteId, plan.card, key));
    const same = again?.__typename === "PlaceOrderSuccess" ? orderOf(again).id : (again?.__typename ?? null);
    if (same) city.file.write({ kind: "repeated", customerId, key, orderId: same });
  }
  if (plan.afterwards === "conflict") {
    const other = await insist(city, () => place(self.person, quoteId, "pm_card_amex", key));
    if (other) city.file.write({ kind: "conflict", customerId, key, answer: other.__typename });
  }
  if (!plan.stranger) return;
  const query = `query Stranger($id: ID!) { me { id } order(id: $id) { id } }`;
  const seen = await insist(city, () => stranger.person.read<{ order: unknown }>(query, { id: orderId }));
  if (seen) city.file.write({ kind: "stranger", orderId, shown: seen.order !== null });
}

/** A customer who is signed in. */
export type Self = { person: Person; userId: string; addressId: string };

/** Signs customer `number` of the demo world in. */
export async function customer(city: City, number: number): Promise<Self> {
  const me = person(city.graphqlUrl, demoEmail.customer(number));
  const known = await insist(city, () =>
    me.read<{ me: { id: string; addresses: { id: string }[] } }>(`query Me { me { id addresses { id } } }`),
  );
  const addressId = known?.me.addresses[0]?.id;
  if (!known || !addressId) throw new Error(`customer ${number} has no address`);
  return { person: me, userId: known.me.id, addressId };
}

/** Orders, one after the other, until all that the run wants are begun. */
export async function orderOn(city: City, self: Self, stranger: Self): Promise<void> {
  while (city.begun < city.wanted && !city.over) {
    const plan = planOf(city.seed, city.begun++, city.size);
    const placed = await order(city, self, plan);
    if (!placed) return;
    await Promise.all([meddle(city, self, stranger, plan, placed), follow(city, self.person, placed.orderId)]);
  }
}
