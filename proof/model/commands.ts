/** What can happen in the model, as commands: each does it in the system, predicts it in the model, and compares once all is at rest. */
import type fc from "fast-check";
import { expect } from "vitest";
import { randomOf } from "../chaos/random.ts";
import {
  codesLeft,
  held,
  placed,
  settleDue,
  stockLeft,
  timePasses,
  type Card,
  type Expected,
  type World,
} from "./expected.ts";
import type { Deed, Real } from "./deeds.ts";
import { look, lookAround } from "./look.ts";
import { act } from "./people.ts";

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

/** Somebody quotes and orders. */
export class Place implements Command {
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
    real.story.push(this.toString());
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

/** One of these deeds on some order: on one that it is allowed for, or, stubbornly, on any. */
export class Do implements Command {
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
    real.story.push(`${deed.name} of order ${index}, which is ${world.orders[index]!.order}`);
    const answer = await deed.perform(real, real.ids[index]!);
    const allowed = deed.predict(world.orders[index]!, world.now);
    expect(answer.__typename, `${deed.name} of order ${index}`).toMatch(allowed ? /Success$/ : /Error$/);
    await compare(world, real, this.seed);
  }

  toString = () =>
    `do(${this.deeds.map(({ name }) => name).join("|")}, ${this.pick}${this.stubborn ? ", stubborn" : ""}, mail ${this.seed})`;
}

/** The courier takes an offer; whose it is only the matching knows. */
export class TakeOffer implements Command {
  readonly seed: number;
  constructor(seed: number) {
    this.seed = seed;
  }

  check(world: World): boolean {
    return held(world) === undefined && world.orders.some(({ delivery }) => delivery === "SEARCHING");
  }

  async run(world: World, real: Real): Promise<void> {
    const { system, scene, ids, deliveries } = real;
    real.story.push(this.toString());
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

/** Time passes in one leap. */
export class Wait implements Command {
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
    real.story.push(this.toString());
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
