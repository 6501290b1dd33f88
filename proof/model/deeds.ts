/** What people do with an order of the model: how it is done in the system, and what the reference model says of it. */
import { deeds, type Expected, type Fault } from "./expected.ts";
import { act, type Answer, type Scene } from "./people.ts";
import type { ModelSystem } from "./system.ts";

/** The system as a run sees it: its orders in the model's order. */
export type Real = {
  system: ModelSystem;
  scene: Scene;
  ids: string[];
  /** By order. */
  deliveries: Map<string, string>;
  /** What was done so far, for whoever has to find out why it went wrong. */
  story: string[];
};

/** A deed on one order: how it is done, and what the model says of it. */
export type Deed = {
  name: string;
  predict: (one: Expected, now: number) => boolean;
  perform: (real: Real, id: string) => Promise<Answer>;
};

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
const faults: readonly Fault[] = ["CUSTOMER", "COURIER", "RESTAURANT", "PLATFORM", "NOBODY"];

/** What customer, restaurant and courier do. */
export const plain: readonly Deed[] = [
  {
    name: "payAgain",
    predict: deeds.payAgain,
    perform: ({ system, scene }, orderId) =>
      act(system.payments, scene.customer, "payOrder", {
        orderId,
        paymentMethod: "pm_card_visa",
        idempotencyKey: crypto.randomUUID(),
      }),
  },
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

/** What support does, for whosever fault. */
export const support: readonly Deed[] = [
  ...bySupport("cancel", "cancelOrderForFault", deeds.cancel),
  ...bySupport("giveUp", "resolveFailedDelivery", deeds.giveUp),
];
