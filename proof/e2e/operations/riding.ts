/** Deliveries: one that goes from hand to hand and arrives, one that cannot be delivered. */
import { demoLocation, demoUserId } from "../../../demo/world/world.ts";
import type { Browser } from "./browser.ts";
import { cook, place, reaches, type Tracked } from "./ordering.ts";
import type { World } from "./world.ts";

const atRestaurant = { input: { location: demoLocation("restaurant", 0) } };

/** The courier takes the offer that comes. */
async function takeOffer(courier: Browser): Promise<void> {
  type Offers = { myOffers: { id: string }[] };
  const { myOffers } = await courier.watch<Offers>("MyOffers", {}, (seen) => seen.myOffers.length > 0);
  await courier.run("RespondToOffer", { input: { offerId: myOffers[0]?.id, accept: true } });
}

/** The delivery's id and the code that the restaurant shows. */
async function handover({ customer, owner }: World, orderId: string): Promise<{ deliveryId: string; code: string }> {
  const { order } = await customer.watch<Tracked>(
    "TrackOrder",
    { id: orderId },
    (seen) => seen.order.delivery !== null,
  );
  type Details = { order: { delivery: { pickupCode: string | null } | null } };
  const seen = await owner.watch<Details>("OrderDetails", { id: orderId }, (view) =>
    Boolean(view.order.delivery?.pickupCode),
  );
  return { deliveryId: order.delivery?.id ?? "", code: seen.order.delivery?.pickupCode ?? "" };
}

/** Support gives the delivery to the third courier. */
async function reassign({ admin }: World, deliveryId: string): Promise<void> {
  type Couriers = { couriers: { edges: { node: { id: string; user: { id: string } } }[] } };
  const { couriers } = await admin.run<Couriers>("Couriers", { first: 100 });
  const third = couriers.edges.find(({ node }) => node.user.id === demoUserId.courier(2));
  await admin.run("ReassignDelivery", { input: { deliveryId, courierId: third?.node.id } });
}

/** The first courier gives it back, support takes it from the second, the third delivers; answers the order's id, COMPLETED. */
export async function deliverOne(world: World): Promise<string> {
  const [first, second, third] = world.couriers;
  const orderId = await place(world, "DELIVERY");
  await first.run("GoOnline", atRestaurant);
  await cook(world, orderId);
  await takeOffer(first);
  const { deliveryId, code } = await handover(world, orderId);
  await first.run("OneDelivery", { id: deliveryId });
  await first.run("HandBackDelivery", { input: { deliveryId, reason: "VEHICLE_TROUBLE" } });
  await first.run("GoOffline");
  await second.run("GoOnline", atRestaurant);
  await takeOffer(second);
  await third.run("GoOnline", atRestaurant);
  await reassign(world, deliveryId);
  await second.run("GoOffline");
  await third.run("ArriveAtPickup", { input: { deliveryId } });
  await third.run("PickUp", { input: { deliveryId, code: "wrong" } }, "WrongPickupCodeError");
  await third.run("PickUp", { input: { deliveryId, code } });
  await third.run("UpdateLocation", { input: { location: demoLocation("customer", 0) } });
  await third.run("ArriveAtDropoff", { input: { deliveryId } });
  await third.run("Deliver", { input: { deliveryId, proof: { note: "Handed over at the door" } } });
  await third.run("MyDeliveries", { first: 5 });
  await third.run("MyShift");
  await reaches(world, orderId, "COMPLETED");
  return orderId;
}

/** Nobody opens the door: the food goes back, and support decides whose fault it was. */
export async function failOne(world: World): Promise<void> {
  const [, , courier] = world.couriers;
  const orderId = await place(world, "DELIVERY");
  await cook(world, orderId);
  await takeOffer(courier);
  const { deliveryId, code } = await handover(world, orderId);
  await courier.run("ArriveAtPickup", { input: { deliveryId } });
  await courier.run("PickUp", { input: { deliveryId, code } });
  await reaches(world, orderId, "PICKED_UP");
  await courier.run("FailDelivery", { input: { deliveryId, reason: "CUSTOMER_UNREACHABLE" } });
  await world.admin.run("RequestReturn", { input: { deliveryId } });
  await courier.run("ReturnDelivery", { input: { deliveryId } });
  const decision = { orderId, fault: "CUSTOMER", reason: "Did not answer the door" };
  await world.admin.insist("ResolveFailedDelivery", { input: decision });
  await reaches(world, orderId, "DELIVERY_FAILED");
  await courier.run("GoOffline");
}
