/** What the examples of the IDE are filled with: the demo world's own people, places and things. */
import { demoEmail, demoId, demoPassword, demoUserId } from "../../demo/world/world.ts";

/** A past order of the first customer at the first restaurant, in a demo world of any size; and one that the first courier brought, in the large one. */
const [pastOrder, broughtOrder] = [18, 107];
const dayMs = 86_400_000;
const monas = { latitude: -6.2, longitude: 106.8167 };

/** Values by the name of a variable or an input field, some of one type alone (`from:String`), as of `now`; what is not here gets a value of its type. */
export function valuesByName(now: Date): Readonly<Record<string, unknown>> {
  const day = (back: number) => new Date(now.getTime() - back * dayMs).toISOString().slice(0, 10);
  return {
    near: monas,
    location: monas,
    ...monas,
    restaurantId: demoId("rst", 0),
    itemId: demoId("itm", 0),
    orderId: demoId("ord", pastOrder),
    paymentId: demoId("pay", pastOrder),
    deliveryId: demoId("dlv", broughtOrder),
    addressId: demoId("adr", 0),
    userId: demoUserId.customer(1),
    email: demoEmail.customer(0),
    password: demoPassword,
    currentPassword: demoPassword,
    newPassword: `${demoPassword}-2`,
    paymentMethod: "pm_card_visa",
    idempotencyKey: "example-1",
    search: "nasi",
    first: 10,
    quantity: 1,
    rating: 5,
    priceLevel: 2,
    prepMinutes: 20,
    priceMinor: 2_500_000,
    taxRateBps: 1_000,
    prepSeconds: 900,
    percentBps: 1_000,
    minChoices: 0,
    maxChoices: 1,
    // Open around the clock, as the restaurant is: what is ordered next must still find it open.
    "spans:[OpeningSpanInput!]": [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
      weekday,
      opens: "00:00",
      closes: "00:00",
    })),
    day: day(1),
    from: day(30),
    to: day(1),
    "from:String": `${day(-1)}T18:00`,
    phone: "+628121234567",
    city: "Jakarta",
    line1: "Jalan Medan Merdeka 1",
    postalCode: "10110",
    timeZone: "Asia/Jakarta",
    label: "Office",
    displayName: "Siti",
    section: "Mains",
    name: "Example",
    reason: "Only an example",
    note: "Only an example",
    resolution: "Only an example",
    comment: "Very good",
  };
}

/** Values of a variable `id`, by the root field that takes it. */
export const idByRootField: Readonly<Record<string, string>> = {
  restaurant: demoId("rst", 0),
  item: demoId("itm", 0),
  menuItem: demoId("itm", 0),
  order: demoId("ord", pastOrder),
  payment: demoId("pay", pastOrder),
  delivery: demoId("dlv", broughtOrder),
  user: demoUserId.customer(0),
  invoice: demoId("inv", 0),
};
