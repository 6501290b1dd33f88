/** The bank's page of 3-D Secure: two buttons, then back to the shop. */
import { missing } from "./errors.ts";
import { endAuthentication } from "./intents.ts";
import type { PaymentIntent, SetupIntent } from "./records.ts";
import { endSetupAuthentication } from "./setup-intents.ts";
import type { Work } from "./work.ts";

export type Page = { status: number; headers: Record<string, string>; body: string };

const headers = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "x-frame-options": "DENY",
};

const escapes: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escapeHtml = (text: string) => text.replaceAll(/[&<>"']/g, (character) => escapes[character]!);

const style =
  ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:28rem;margin:4rem auto;padding:0 1rem}" +
  "button{font:inherit;padding:.5rem 1rem;margin-right:.5rem}";

/** An amount in minor units as a cardholder reads it; codes are lower case, as Stripe's are. */
function amountText(amount: number, code: string): string {
  const format = new Intl.NumberFormat("en", { style: "currency", currency: code, currencyDisplay: "code" });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2)).replaceAll("\u00a0", " ");
}

const page = (content: string): Page => ({
  status: 200,
  headers,
  body: `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>3-D Secure (sandbox)</title><style>${style}</style>${content}</html>`,
});

/** GET /3ds/:id: asks the card's holder. Throws 404 when the intent is unknown. */
export function askHolder(work: Work, id: string): Page {
  const intent = intentOf(work, id);
  if (intent.status !== "requires_action") return page("<h1>Nothing to confirm</h1>");
  const amount = intent.object === "payment_intent" ? amountText(intent.amount, intent.currency) : "a saved card";
  return page(`<h1>Confirm it is you</h1><p>Sandbox bank. Payment: ${escapeHtml(amount)}</p>
<form method="post"><button name="outcome" value="success">Complete</button>
<button name="outcome" value="failure">Fail</button></form>`);
}

/** POST /3ds/:id with `outcome=success|failure`: settles the intent and redirects to its return_url when it has one. */
export function holderAnswered(work: Work, id: string, outcome: unknown): Page {
  const passed = outcome === "success";
  const before = intentOf(work, id);
  const intent =
    before.object === "payment_intent" ? endAuthentication(work, id, passed) : endSetupAuthentication(work, id, passed);
  if (!intent.return_url)
    return page(`<h1>${passed ? "Confirmed" : "Not confirmed"}</h1><p>You may close this page.</p>`);
  const back = new URL(intent.return_url);
  back.searchParams.set(intent.object, intent.id);
  back.searchParams.set(`${intent.object}_client_secret`, intent.client_secret);
  back.searchParams.set("redirect_status", passed ? "succeeded" : "failed");
  return { status: 303, headers: { location: back.href, "cache-control": "no-store" }, body: "" };
}

function intentOf(work: Work, id: string): PaymentIntent | SetupIntent {
  const intent = work.find("payment_intent", id) ?? work.find("setup_intent", id);
  if (!intent) throw missing("intent", id);
  return intent;
}
