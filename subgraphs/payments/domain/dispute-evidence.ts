/** Evidence against a dispute: who may give it until when, in which fields, and how that of both sides becomes one. */

/** Fields of text, as the provider names them. Source: https://docs.stripe.com/api/disputes/evidence_object */
export const evidenceFields = [
  "access_activity_log",
  "billing_address",
  "cancellation_policy_disclosure",
  "cancellation_rebuttal",
  "customer_email_address",
  "customer_name",
  "customer_purchase_ip",
  "duplicate_charge_explanation",
  "duplicate_charge_id",
  "product_description",
  "refund_policy_disclosure",
  "refund_refusal_explanation",
  "service_date",
  "shipping_address",
  "shipping_carrier",
  "shipping_date",
  "shipping_tracking_number",
  "uncategorized_text",
] as const;

export type EvidenceField = (typeof evidenceFields)[number];

/** Texts by field; empty ones are absent. */
export type EvidenceTexts = Partial<Record<EvidenceField, string>>;

/** Who gives it: support for the platform, or the restaurant's owners. */
export const contributors = ["RESTAURANT", "PLATFORM"] as const;

export type Contributor = (typeof contributors)[number];

/** The evidence of one side. */
export type Contribution = { contributor: Contributor; texts: EvidenceTexts; links: string[] };

/** Most characters of one field; two sides' texts with their links stay below what the provider takes. */
const mostCharacters = 4_000;
const mostLinks = 10;
const mostLinkCharacters = 500;

/** The input's field of a text: productDescription for product_description. */
const inputOf = (field: string): string => field.replaceAll(/_[a-z]/g, (part) => part.slice(1).toUpperCase());

/** What is wrong with one side's evidence: the input's field and a sentence; null when nothing is. */
export function evidenceProblem(
  texts: EvidenceTexts,
  links: readonly string[],
): { field: string; message: string } | null {
  for (const [field, text] of Object.entries(texts))
    if (text.length > mostCharacters)
      return { field: inputOf(field), message: `At most ${mostCharacters} characters.` };
  if (links.length > mostLinks) return { field: "links", message: `At most ${mostLinks} links.` };
  const bad = links.findIndex((link) => link.length > mostLinkCharacters || !isLink(link));
  if (bad >= 0)
    return { field: `links.${bad}`, message: `An https address of at most ${mostLinkCharacters} characters.` };
  if (Object.values(texts).every((text) => text.trim() === "") && links.length === 0)
    return { field: "input", message: "Give at least one text or link." };
  return null;
}

function isLink(text: string): boolean {
  try {
    const { protocol, username, password } = new URL(text);
    return protocol === "https:" && username === "" && password === "";
  } catch {
    return false;
  }
}

const titles: Record<Contributor, string> = { RESTAURANT: "The restaurant:", PLATFORM: "The platform:" };

/** The evidence of both sides as one: the platform's field wins over the restaurant's, free text and links follow one another. Null when there is none. */
export function mergeEvidence(contributions: readonly Contribution[]): EvidenceTexts | null {
  const inOrder = contributors.flatMap((who) => contributions.filter(({ contributor }) => contributor === who));
  const merged: EvidenceTexts = {};
  for (const { texts } of inOrder)
    for (const [field, text] of Object.entries(texts) as [EvidenceField, string][])
      if (field !== "uncategorized_text" && text.trim() !== "") merged[field] = text;
  const free = freeText(inOrder);
  if (free !== "") merged.uncategorized_text = free;
  return Object.keys(merged).length > 0 ? merged : null;
}

/** Free text and links of each side, with the side's name above where both gave some. */
function freeText(contributions: readonly Contribution[]): string {
  const bySide = contributions
    .map(({ contributor, texts, links }) => ({
      contributor,
      parts: [texts.uncategorized_text?.trim() ?? "", ...links].filter((part) => part !== ""),
    }))
    .filter(({ parts }) => parts.length > 0);
  return bySide
    .map(({ contributor, parts }) => [...(bySide.length > 1 ? [titles[contributor]] : []), ...parts].join("\n"))
    .join("\n\n");
}

/** Until when the restaurant may contribute: so long after the opening, and never after the provider's date. */
export function restaurantUntil(openedAt: Date, dueAt: Date | null, windowMs: number): Date {
  const until = openedAt.getTime() + windowMs;
  return new Date(dueAt === null ? until : Math.min(until, dueAt.getTime()));
}
