/** Good values for arguments, of the demo world: what a client would send that knows its way about. */
import { demoCurrency, demoEmail, demoId, demoLocation, demoPassword, demoTimeZone, demoUserId } from "./world.ts";

const place = () => demoLocation("customer", 0);

/** Codes are given once. */
let codes = 0;

/** By the name of an argument or input field. */
const byName: Readonly<Record<string, () => unknown>> = {
  restaurantId: () => demoId("rst", 0),
  itemId: () => demoId("itm", 0),
  itemIds: () => [demoId("itm", 0)],
  modifierIds: () => [demoId("mod", 0)],
  groupId: () => demoId("mgr", 0),
  orderId: () => demoId("ord", 0),
  deliveryId: () => demoId("dlv", 0),
  paymentId: () => demoId("pay", 0),
  quoteId: () => demoId("qot", 0),
  addressId: () => demoId("adr", 0),
  courierId: () => demoId("cou", 0),
  promotionId: () => demoId("prm", 0),
  payoutAccountId: () => demoId("pac", 0),
  userId: () => demoUserId.customer(0),
  customerId: () => demoUserId.customer(0),
  subjectId: () => demoUserId.customer(0),
  actorId: () => demoUserId.admin(),
  lines: () => [{ itemId: demoId("itm", 0), quantity: 1, modifierIds: [] }],
  password: () => demoPassword,
  currentPassword: () => demoPassword,
  newPassword: () => demoPassword,
  prepSeconds: () => 900,
  priceLevel: () => 2,
  email: () => demoEmail.customer(0),
  phone: () => "+628111000",
  language: () => "id",
  near: place,
  to: place,
  location: place,
  pickup: () => demoLocation("restaurant", 0),
  dropoff: place,
  center: place,
  currency: () => demoCurrency,
  timeZone: () => demoTimeZone,
  paymentMethod: () => "pm_card_visa",
  photoUrl: () => "https://example.test/photo.jpg",
  opens: () => "09:00",
  closes: () => "21:00",
  code: () => `SAVE${String(codes++).padStart(6, "0")}`,
  promotionCode: () => null,
  percentBps: () => 1_000,
  capMinor: () => null,
  after: () => null,
  at: () => "2026-06-01T12:00:00Z",
  expiresAt: () => "2026-06-01T12:10:00Z",
};

/** Whose `id` an argument is, by the field that takes it or the type that has it. */
const prefixes: Readonly<Record<string, string>> = {
  delivery: "dlv",
  Delivery: "dlv",
  restaurant: "rst",
  Restaurant: "rst",
  menuItem: "itm",
  order: "ord",
  Order: "ord",
  quote: "qot",
  promotion: "prm",
  payment: "pay",
  Payment: "pay",
  Courier: "cou",
};

/** What an input field of a name means where it stands, by `owner.name`. */
const byPlace: Readonly<Record<string, unknown>> = {
  "PromotionWindowInput.from": "2026-07-01T10:00",
  "PromotionWindowInput.until": null,
  "PromotionTermsInput.amountMinor": null,
  "PromotionTermsInput.itemIds": null,
  "UpdatePromotionInput.until": null,
  "RefundPaymentInput.amountMinor": null,
  "RefundPaymentInput.lines": undefined,
  "ReserveStockInput.lines": undefined,
  "statement.to": "2026-05-31",
};

/** The value for the argument or input field `name` of `owner` (a field's or input type's name); undefined where any will do. */
export function demoInput(name: string, owner: string): unknown {
  const place = `${owner}.${name}`;
  if (place in byPlace) return byPlace[place];
  if (name !== "id") return byName[name]?.();
  return owner.toLowerCase() === "user" ? demoUserId.customer(0) : demoId(prefixes[owner] ?? "xyz", 0);
}
