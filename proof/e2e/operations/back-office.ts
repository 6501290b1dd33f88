/** What restaurants do to their menu and team, and what support and admins do to restaurants and money. */
import { demoLocation } from "../../../demo/world/world.ts";
import { restaurantId, type World } from "./world.ts";

type WithItem = { item: { id: string; modifierGroups: { id: string }[] } };

/** A dish and its choices, from creation to removal. */
export async function editMenu({ owner }: World): Promise<void> {
  const dish = { section: "Specials", name: "Sate test", priceMinor: 2_500_000, taxRateBps: 1_000, stock: 10 };
  const { createMenuItem } = await owner.run<{ createMenuItem: WithItem }>("CreateMenuItem", {
    input: { restaurantId, ...dish },
  });
  const itemId = createMenuItem.item.id;
  await owner.run("UpdateMenuItem", { input: { itemId, name: "Sate ayam", priceMinor: 2_600_000 } });
  await owner.run("SetStock", { input: { itemId, stock: 3 } });
  await owner.run("SetItemAvailability", { input: { itemId, available: false } });
  const choices = { name: "Sauce", minChoices: 0, maxChoices: 1, modifiers: [{ name: "Peanut", priceMinor: 0 }] };
  await owner.run("CreateModifierGroup", { input: { itemId, ...choices } });
  type Menu = { restaurant: { menu: { items: WithItem["item"][] }[] } };
  const { restaurant } = await owner.run<Menu>("EditMenu", { restaurantId });
  const item = restaurant.menu.flatMap(({ items }) => items).find(({ id }) => id === itemId);
  const groupId = item?.modifierGroups[0]?.id;
  await owner.run("UpdateModifierGroup", { input: { groupId, ...choices, name: "Sauces" } });
  await owner.run("DeleteModifierGroup", { input: { groupId } });
  await owner.run("DeleteMenuItem", { input: { itemId } });
  await owner.run("DeleteMenuItem", { input: { itemId } }, "NotFoundError");
}

/** Hours, description and team of a restaurant; `person` works there for a moment. */
export async function runRestaurant({ owner }: World, person: { userId: string; email: string }): Promise<void> {
  const spans = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: "00:00", closes: "00:00" }));
  await owner.run("SetOpeningHours", { input: { restaurantId, spans } });
  await owner.run("UpdateRestaurant", { input: { restaurantId, description: "Open day and night." } });
  await owner.run("AddStaff", { input: { restaurantId, email: person.email } });
  const { restaurantMembers } = await owner.run<{ restaurantMembers: object[] }>("RestaurantTeam", { restaurantId });
  if (restaurantMembers.length < 2) throw new Error("the team did not grow");
  await owner.run("RemoveMember", { input: { restaurantId, userId: person.userId } });
  await owner.run("MyRestaurants");
}

/** A restaurant comes onto the platform, gets its owner, is suspended, comes back, and leaves for good. */
export async function onboard({ admin, owner }: World, ownerId: string): Promise<void> {
  const { createRestaurant } = await admin.run<{ createRestaurant: { restaurant: { id: string } } }>(
    "CreateRestaurant",
    {
      input: {
        name: "Warung Test",
        cuisines: ["Padang"],
        currency: "IDR",
        taxInclusive: true,
        location: demoLocation("restaurant", 1),
        timeZone: "Asia/Jakarta",
        priceLevel: 2,
        prepSeconds: 900,
      },
    },
  );
  const created = createRestaurant.restaurant.id;
  await admin.insist("GrantOwnership", { input: { restaurantId: created, userId: ownerId } });
  await admin.run("FindRestaurants", { search: "Warung" });
  await admin.run("SuspendRestaurant", { input: { restaurantId: created, reason: "No licence yet" } });
  await admin.run("ReinstateRestaurant", { input: { restaurantId: created } });
  const leaving = { input: { restaurantId: created, reason: "The kitchen moves abroad" } };
  await admin.run("CloseRestaurantPermanently", leaving);
  await owner.run("CloseRestaurantPermanently", leaving, "NotFoundError");
}

/** The books of a completed order, a refund out of it, and what the log says of that. */
export async function settle({ admin, owner }: World, orderId: string): Promise<void> {
  type File = { order: { customer: { id: string }; payment: { id: string } } };
  const { order } = await admin.run<File>("OrderFile", { id: orderId });
  const paymentId = order.payment.id;
  type Books = { ledgerOfOrder: { sums: { sumMinor: number }[]; transactions: object[] } };
  const posted = ({ ledgerOfOrder }: Books) => ledgerOfOrder.transactions.length >= 2;
  const { ledgerOfOrder } = await admin.watch<Books>("OrderBooks", { orderId }, posted);
  if (ledgerOfOrder.sums.some(({ sumMinor }) => sumMinor !== 0)) throw new Error("the order's books do not balance");
  await admin.insist("RefundPayment", {
    input: { paymentId, amountMinor: 100_000, reason: "Cold rice", idempotencyKey: crypto.randomUUID() },
  });
  type Payment = { payment: { refunds: { state: string }[] } };
  const paidBack = ({ payment }: Payment) => payment.refunds[0]?.state === "SUCCEEDED";
  await admin.watch<Payment>("PaymentFile", { id: paymentId }, paidBack);
  await admin.run("FlaggedRefunds");
  const { ledgerBalance } = await admin.run<{ ledgerBalance: { sumMinor: number }[] }>("Books");
  if (ledgerBalance.some(({ sumMinor }) => sumMinor !== 0)) throw new Error("the books do not balance");
  await owner.run("RestaurantBalance", { restaurantId });
  await admin.run("SearchOrders", { filter: { customerId: order.customer.id, restaurantId } });
  await admin.run("Zones");
  type Log = { auditLog: { edges: { node: { action: string } }[] } };
  const refunded = ({ auditLog }: Log) => auditLog.edges.some(({ node }) => node.action.includes("refund"));
  await admin.watch<Log>("AuditLog", { first: 100 }, refunded);
}
