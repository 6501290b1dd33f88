/** What a quote is made of: the customer's request, the answers of menu and delivery, and the price. */
import { allocate } from "../../../kit/money.ts";
import type { FeeTax } from "./fee-tax.ts";
import type { Fulfilment } from "./fulfilment.ts";
import { maxAmountMinor, maxLines, maxQuantity, type Pricing } from "./pricing.ts";
import type { AppliedPromotion } from "./promotions.ts";

/** One chosen dish, as the client names it. */
export type CartLine = { itemId: string; quantity: number; modifierIds: string[] };

export type LineModifier = { id: string; name: string; priceMinor: number };

/** What was asked, kept so that a fresh quote can be made of it. */
export type QuoteRequest = {
  restaurantId: string;
  lines: CartLine[];
  fulfilment: Fulfilment;
  addressId: string | null;
  tipMinor: number;
  /** RFC 3339; null = as soon as possible. */
  scheduledFor: string | null;
  /** As the customer wrote it; absent or null for none. */
  promotionCode?: string | null;
};

export type QuoteLine = {
  itemId: string;
  name: string;
  quantity: number;
  unitPriceMinor: number;
  taxRateBps: number;
  modifiers: LineModifier[];
};

/** The stored answers and the price; `pricing.lines` runs parallel to `lines`. */
export type QuoteContent = {
  restaurantName: string;
  taxInclusive: boolean;
  prepSeconds: number;
  pickup: { latitude: number; longitude: number };
  delivery: { zoneId: string; distanceMeters: number; feeMinor: number; etaSeconds: number } | null;
  lines: QuoteLine[];
  pricing: Pricing;
  /** The tax on fees that `pricing` was made with; absent on quotes from before it depended on the country. */
  feeTax?: FeeTax;
  /** At most one per slot; absent on quotes from before there were any. */
  promotions?: AppliedPromotion[];
};

/** The same price with the restaurant's part of each discount: a quote of before it was kept knows only the sum, which is split in proportion. */
export function withBearers(pricing: Pricing, byRestaurantMinor: number): Pricing {
  const { lines, fees } = pricing;
  const parts: readonly { discountMinor: number; discountByRestaurantMinor?: number }[] = [...lines, ...fees];
  if (parts.every(({ discountByRestaurantMinor }) => discountByRestaurantMinor !== undefined)) return pricing;
  const shares = allocate(
    byRestaurantMinor,
    parts.map(({ discountMinor }) => discountMinor),
  );
  const shared = <T>(part: T, index: number) => ({ ...part, discountByRestaurantMinor: shares[index] ?? 0 });
  return {
    ...pricing,
    lines: lines.map((line, index) => shared(line, index)),
    fees: fees.map((fee, index) => shared(fee, lines.length + index)),
  };
}

/** Where and to whom; personal data, held in snapshots only. */
export type Recipient = {
  addressId: string;
  line1: string;
  line2: string | null;
  city: string;
  postalCode: string | null;
  notes: string | null;
  recipientName: string;
  phone: string | null;
  location: { latitude: number; longitude: number };
};

/** A rule that a request breaks: the input field and a sentence. */
export type RequestProblem = { field: string; message: string };

/** The rules of a request that need no other service; null when it keeps them. */
export function checkRequest(
  request: QuoteRequest,
  limits: { now: Date; scheduleMaxMs: number },
): RequestProblem | null {
  const lines = checkLines(request.lines);
  if (lines !== null) return lines;
  if (request.fulfilment === "DELIVERY" && request.addressId === null)
    return { field: "addressId", message: "A delivery needs an address." };
  if (request.tipMinor < 0 || request.tipMinor > maxAmountMinor)
    return { field: "tipMinor", message: "The tip is out of range." };
  if (request.fulfilment === "PICKUP" && request.tipMinor > 0)
    return { field: "tipMinor", message: "A tip goes to the courier; a pickup order has none." };
  if (request.scheduledFor === null) return null;
  const ahead = Date.parse(request.scheduledFor) - limits.now.getTime();
  if (ahead <= 0) return { field: "scheduledFor", message: "The time has passed." };
  return ahead > limits.scheduleMaxMs ? { field: "scheduledFor", message: "The time is too far ahead." } : null;
}

/** The rules of a cart's lines; null when they are kept. */
export function checkLines(lines: readonly CartLine[]): RequestProblem | null {
  if (lines.length === 0) return { field: "lines", message: "Choose at least one dish." };
  if (lines.length > maxLines) return { field: "lines", message: `At most ${maxLines} lines.` };
  for (const [index, line] of lines.entries()) {
    if (line.quantity < 1 || line.quantity > maxQuantity)
      return { field: `lines.${index}.quantity`, message: `A quantity lies between 1 and ${maxQuantity}.` };
    if (line.modifierIds.length > 50) return { field: `lines.${index}.modifierIds`, message: "At most 50 modifiers." };
  }
  return null;
}
