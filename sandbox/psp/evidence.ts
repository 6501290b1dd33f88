/** What can be said against a dispute. Source: https://docs.stripe.com/api/disputes/evidence_object */
import { invalid } from "./errors.ts";

/** Fields of text; those for uploaded files are not spoken here. */
const textFields = [
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

/** Most characters of one field, and of all of them. */
const most = { field: 20_000, all: 150_000 };

export type Evidence = Record<(typeof textFields)[number], string | null>;

/** No evidence. */
export const noEvidence = (): Evidence => Object.fromEntries(textFields.map((name) => [name, null])) as Evidence;

/** Whether anything was said. */
export const hasEvidence = (evidence: Evidence): boolean => Object.values(evidence).some((text) => text !== null);

/** What was said with what is said now; an empty text takes a field back. Throws 400 for other fields and for too much. */
export function withEvidence(before: Evidence, given: unknown): Evidence {
  if (given === undefined) return before;
  if (given === null || typeof given !== "object") throw invalid("parameter_invalid", "Invalid hash", "evidence");
  const after = { ...before };
  for (const [name, text] of Object.entries(given)) {
    const param = `evidence[${name}]`;
    const known = textFields.find((field) => field === name);
    if (!known || typeof text !== "string")
      throw invalid("parameter_unknown", `Received unknown parameter: ${param}`, param);
    if (text.length > most.field)
      throw invalid("parameter_invalid_string_too_long", `At most ${most.field} characters.`, param);
    after[known] = text === "" ? null : text;
  }
  const length = Object.values(after).reduce((sum, text) => sum + (text?.length ?? 0), 0);
  if (length <= most.all) return after;
  throw invalid("parameter_invalid", `The evidence has more than ${most.all} characters in all.`, "evidence");
}
