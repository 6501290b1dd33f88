/** What can happen in the model, as commands: each does it in the system, predicts it in the model, and compares once all is at rest. */
import fc from "fast-check";
import { expect } from "vitest";
import { randomOf } from "../chaos/random.ts";
import {
  codesLeft,
  deeds,
  held,
  placed,
  settleDue,
  stockLeft,
  timePasses,
  type Card,
  type Expected,
  type Fault,
  type World,
} from "./expected.ts";
import { look, lookAround } from "./look.ts";
import { act, type Answer, type Scene } from "./people.ts";
import type { ModelSystem } from "./system.ts";

/** The system as a run sees it: its orders in the model's order. */
export type Real = { system: ModelSystem; scene: Scene; ids: string[]; deliveries: Map<string, string> };

/** One thing that happens. */
export type Command = fc.AsyncCommand<World, Real>;

/** Lets all come to rest, in an order that `seed` decides, and compares everything that is known. */
async function compare(world: World, real: Real, seed: number): Promise<void> {
  const { system, scene, ids } = real;
  await system.settle(randomOf(seed, "mail"));
  world.now = system.clock.now().getTime();
  const seen = await look(system, ids);
  const wanted = world.orders.map(({ order, payment, delivery, capturedMinor, refundedMinor, stock, promotion }) => ({
    order,
    payment,
    delivery,
    capturedMinor,
    refundedMinor,
    stock,
    promotion,
  }));
  expect(seen).toEqual(wanted);
  expect(await lookAround(system, scene)).toEqual({
    stock: stockLeft(world),
    redeemed: world.codesAtFirst - codesLeft(world),
    unbalanced: 0,
  });
}

const quoteFields = `... on QuoteCartSuccess { quote { id } } ... on PromotionNotApplicableError { problem freshQuote { id } }`;
const placeFields = `... on PlaceOrderSuccess { order { id amounts { total { amount } } } }`;

type Wish = { fulfilment: "DELIVERY" | "PICKUP"; laterMinutes: number | null; card: Card; withCode: boolean };

class Place implements Command {
  readonly wish: Wish;
  readonly seed: number;
  constructor(wish: Wish, seed: number) {
    this.wish = wish;
    this.seed = seed;
  }

  check({ orders }: World): boolean {
    return orders.length < 8;
  }

  async run(world: World, real: Real): Promise<void> {
    const { fulfilment, laterMinutes, card, withCode } = this.wish;
    const { system, scene } = real;
    const { restaurantId, itemId, addressId, code, customer } = scene;
    const scheduledFor = laterMinutes === null ? null : world.now + laterMinutes * 60_000;
    const lines = [{ itemId, quantity: 1 }];
    const way = fulfilment === "DELIVERY" ? { addressId } : {};
    const time = scheduledFor === null ? {} : { scheduledFor: new Date(scheduledFor).toISOString() };
    const input = { restaurantId, lines, fulfilment, ...way, ...time, ...(withCode && { promotionCode: code }) };
    const quoted = await act(system.orders, customer, "quoteCart", input, quoteFields);
    const sold = stockLeft(world) > 0;
    const redeemed = withCode && codesLeft(world) > 0;
    const answer = redeemed || !withCode ? "QuoteCartSuccess" : "PromotionNotApplicableError";
    expect(quoted.__typename).toBe(sold ? answer : "ItemUnavailableError");
    if (!sold) return compare(world, real, this.seed);
    const quoteId = (quoted["quote"] ?? quoted["freshQuote"]).id;
    const payment = { paymentMethod: card, idempotencyKey: crypto.randomUUID() };
    const done = await act(system.orders, customer, "placeOrder", { quoteId, ...payment }, placeFields);
    expect(done.__typename).toBe("PlaceOrderSuccess");
    real.ids.push(done["order"].id);
    const totalMinor: number = done["order"].amounts.total.amount;
    placed(world, { fulfilment, card, totalMinor, scheduledFor, redeemed });
    await compare(world, real, this.seed);
  }

  toString = () => `place(${JSON.stringify(this.wish)}, mail ${this.seed})`;
}

/** A deed on one order: how it is done, and what the model says of it. `stubborn` tries it also where it is not allowed. */
type Deed = {
  name: string;
  predict: (one: Expected, now: number) => boolean;
  perform: (real: Real, id: string) => Promise<Answer>;
};

/** One of these deeds on some order: on one that it is allowed for, or, stubbornly, on any. */
class Do implements Command {
  readonly deeds: readonly Deed[];
  readonly pick: number;
  readonly stubborn: boolean;
  readonly seed: number;
  constructor(list: readonly Deed[], pick: number, stubborn: boolean, seed: number) {
    this.deeds = list;
    this.pick = pick;
    this.stubborn = stubborn;
    this.seed = seed;
  }

  /** Which of all that could be done the number stands for. */
  #choose({ orders, now }: World): { deed: Deed; index: number } | undefined {
    const all = orders.flatMap((one, index) =>
      this.deeds.flatMap((deed) => (this.stubborn || deed.predict({ ...one }, now) ? [{ deed, index }] : [])),
    );
    return all[this.pick % all.length];
  }

  check(world: World): boolean {
    return this.#choose(world) !== undefined;
  }

  async run(world: World, real: Real): Promise<void> {
    const { deed, index } = this.#choose(world)!;
    const answer = await deed.perform(real, real.ids[index]!);
    const allowed = deed.predict(world.orders[index]!, world.now);
    expect(answer.__typename, `${deed.name} of order ${index}`).toMatch(allowed ? /Success$/ : /Error$/);
    await compare(world, real, this.seed);
  }

  toString = () =>
    `do(${this.deeds.map(({ name }) => name).join("|")}, ${this.pick}${this.stubborn ? ", stubborn" : ""}, mail ${this.seed})`;
}

/** The courier takes an offer; whose it is only the matching knows. */
class TakeOffer implements Command {
  readonly seed: number;
  constructor(seed: number) {
    this.seed = seed;
  }

  check(world: World): boolean {
    return held(world) === undefined && world.orders.some(({ delivery }) => delivery === "SEARCHING");
  }

  async run(world: World, real: Real): Promise<void> {
    const { system, scene, ids, deliveries } = real;
    const competing = timePasses(world, world.now + 3_000);
    system.clock.advance(3_000);
    await system.settle(randomOf(this.seed, "offers"));
    await learn(world, real, competing);
    const { data } = await system.delivery.graphql(`{ myOffers { id } }`, {}, scene.courier);
    expect(data?.myOffers).toHaveLength(1);
    const input = { offerId: data?.myOffers[0].id, accept: true };
    const fields = "... on RespondToOfferSuccess { delivery { id order { id } } }";
    const taken = await act(system.delivery, scene.courier, "respondToOffer", input, fields);
    expect(taken.__typename).toBe("RespondToOfferSuccess");
    const { id: deliveryId, order } = taken["delivery"];
    const one = world.orders[ids.indexOf(order.id)];
    expect(one?.delivery).toBe("SEARCHING");
    deliveries.set(order.id, deliveryId);
    one!.delivery = "ASSIGNED";
    await compare(world, real, this.seed);
  }

  toString = () => `takeOffer(mail ${this.seed})`;
}

/** Which of the orders that competed for too little stock were placed. */
async function learn(world: World, { system, ids }: Real, competing: readonly Expected[]): Promise<void> {
  const seen = await look(system, ids);
  for (const one of competing) {
    const { order } = seen[world.orders.indexOf(one)]!;
    if (order !== "PLACED" && order !== "EXPIRED") throw new Error(`an order that was due is ${order}`);
    settleDue(one, order, world.now);
  }
}

class Wait implements Command {
  readonly minutes: number;
  readonly seed: number;
  constructor(minutes: number, seed: number) {
    this.minutes = minutes;
    this.seed = seed;
  }

  check(): boolean {
    return true;
  }

  async run(world: World, real: Real): Promise<void> {
    const ms = Math.round(this.minutes * 60_000);
    const competing = timePasses(world, world.now + ms);
    real.system.clock.advance(ms);
    if (competing.length > 0) {
      await real.system.settle(randomOf(this.seed, "due"));
      await learn(world, real, competing);
    }
    await compare(world, real, this.seed);
  }

  toString = () => `wait(${this.minutes} min, mail ${this.seed})`;
}

const pickupCode = async ({ system, scene }: Real, deliveryId: string) => {
  const query = `query ($id: ID!) { delivery(id: $id) { pickupCode } }`;
  return (await system.delivery.graphql(query, { id: deliveryId }, scene.owner)).data?.delivery?.pickupCode ?? "0000";
};
const collectionCode = async ({ system, scene }: Real, id: string) => {
  const query = `query ($id: ID!) { order(id: $id) { collectionCode } }`;
  return (await system.orders.graphql(query, { id }, scene.customer)).data?.order?.collectionCode ?? "";
};

const kitchen = (name: string, more: object = {}) => ({
  perform: ({ system, scene }: Real, orderId: string) => act(system.orders, scene.owner, name, { orderId, ...more }),
});
/** An order without a delivery has none to do anything with. */
const ride = (name: string, more: object = {}) => ({
  perform: ({ system, scene, deliveries }: Real, orderId: string) =>
    act(system.delivery, scene.courier, name, { deliveryId: deliveries.get(orderId) ?? orderId, ...more }),
});
const faults: readonly Fault[] = ["CUSTOMER", "COURIER", "RESTAURANT", "PLATFORM"];

const plain: readonly Deed[] = [
  { name: "accept", predict: deeds.accept, ...kitchen("acceptOrder", { prepMinutes: 10 }) },
  { name: "reject", predict: deeds.reject, ...kitchen("rejectOrder", { reason: "no rice" }) },
  { name: "start", predict: deeds.start, ...kitchen("startPreparing") },
  { name: "ready", predict: deeds.ready, ...kitchen("markReady") },
  {
    name: "collect",
    predict: deeds.collect,
    perform: async (real, orderId) =>
      act(real.system.orders, real.scene.owner, "confirmCollection", {
        orderId,
        code: await collectionCode(real, orderId),
      }),
  },
  { name: "arrive", predict: deeds.arrive, ...ride("arriveAtPickup") },
  {
    name: "pickUp",
    predict: deeds.pickUp,
    perform: async (real, orderId) => {
      const deliveryId = real.deliveries.get(orderId) ?? orderId;
      const code = await pickupCode(real, deliveryId);
      return act(real.system.delivery, real.scene.courier, "pickUp", { deliveryId, code });
    },
  },
  { name: "arriveAtDoor", predict: deeds.arriveAtDoor, ...ride("arriveAtDropoff") },
  { name: "deliver", predict: deeds.deliver, ...ride("deliver", { proof: { note: "At the door" } }) },
  { name: "fail", predict: deeds.fail, ...ride("failDelivery", { reason: "CUSTOMER_UNREACHABLE" }) },
  {
    name: "cancel",
    predict: (one, now) => deeds.cancel(one, now, null),
    perform: ({ system, scene }, orderId) =>
      act(system.orders, scene.customer, "cancelOrder", { orderId, maxFeeMinor: 100_000_000 }),
  },
];

const bySupport = (name: string, mutation: string, predict: (one: Expected, now: number, fault: Fault) => boolean) =>
  faults.map((fault): Deed => ({
    name: `${name} for ${fault}`,
    predict: (one, now) => predict(one, now, fault),
    perform: ({ system, scene }, orderId) =>
      act(system.orders, scene.support, mutation, { orderId, fault, reason: "model" }),
  }));

const support: readonly Deed[] = [
  ...bySupport("cancel", "cancelOrderForFault", deeds.cancel),
  ...bySupport("giveUp", "resolveFailedDelivery", deeds.giveUp),
];

const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const stubborn = fc.nat({ max: 6 }).map((draw) => draw === 6);
const cards: fc.Arbitrary<Card> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Card>("pm_card_visa") },
  { weight: 1, arbitrary: fc.constantFrom<Card>("pm_card_chargeDeclined", "pm_card_captureDeclined") },
);
const wishes = fc
  .record({
    fulfilment: fc.constantFrom("DELIVERY" as const, "DELIVERY" as const, "PICKUP" as const),
    laterMinutes: fc.constantFrom(null, null, null, null, 90, 150),
    card: cards,
    withCode: fc.boolean(),
  })
  // What a card that is only saved does when it is declined is the provider's affair.
  .map((wish) => (wish.laterMinutes === null ? wish : { ...wish, card: "pm_card_visa" as const }));

const deedOf = (list: readonly Deed[]) =>
  fc.tuple(fc.constant(list), fc.nat({ max: 10_000 }), stubborn, seed).map((all): Command => new Do(...all));

const rare = ["reject", "cancel", "fail"];
const usual = plain.filter(({ name }) => !rare.includes(name));

/** What happens in one run: what brings orders on more often than what ends them, so that they get far. */
export const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.tuple(wishes, seed).map((all): Command => new Place(...all)) },
    { weight: 14, arbitrary: deedOf(usual) },
    { weight: 1, arbitrary: deedOf(plain.filter(({ name }) => rare.includes(name))) },
    { weight: 1, arbitrary: deedOf(support) },
    { weight: 3, arbitrary: seed.map((each): Command => new TakeOffer(each)) },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.constantFrom(0.5, 0.5, 6, 75, 1_500), seed).map((all): Command => new Wait(...all)),
    },
  ),
  { minLength: 30, maxLength: 40, size: "max" },
);
