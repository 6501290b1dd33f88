/** One call to the provider: what an attempt is about, and what the answer means when it is a refusal. */
import { isSettingUp } from "../domain/next-step.ts";
import type { AttemptRow, PaymentRow } from "../db/tables.ts";
import type { Deps } from "../deps.ts";
import type { Intent, Setup } from "../psp/psp.ts";
import type { Refusal } from "../psp/refusal.ts";
import { customerAtProvider } from "./provider-customer.ts";

/** The provider's definite word. */
export type Answer = { kind: "INTENT"; intent: Intent } | { kind: "SETUP"; setup: Setup } | Refusal;

const ofIntent = (answer: Intent | Refusal): Answer =>
  "refused" in answer ? answer : { kind: "INTENT", intent: answer };
const ofSetup = (answer: Setup | Refusal): Answer => ("refused" in answer ? answer : { kind: "SETUP", setup: answer });

/** Makes the call of a live attempt under its key. Throws when the outcome is unknown. */
export async function ask(deps: Deps, payment: PaymentRow, attempt: AttemptRow): Promise<Answer> {
  const { operation, idempotencyKey } = attempt;
  if (payment.amountMinor === 0) return free(payment, operation);
  switch (operation) {
    case "SAVE":
      return save(deps, payment, idempotencyKey);
    case "AUTHORIZE":
      return authorize(deps, payment, idempotencyKey);
    case "CAPTURE":
      return orElse(deps, payment, ofIntent(await deps.psp.capture(intentOf(payment), idempotencyKey)));
    case "VOID": {
      const setupId = isSettingUp(payment) ? payment.providerSetupId : null;
      if (setupId) return orElse(deps, payment, ofSetup(await deps.psp.cancelSetup(setupId, idempotencyKey)));
      return orElse(deps, payment, ofIntent(await deps.psp.void(intentOf(payment), idempotencyKey)));
    }
  }
}

function intentOf({ id, providerIntentId }: PaymentRow): string {
  if (!providerIntentId) throw new Error(`payment ${id} has no intent at the provider`);
  return providerIntentId;
}

const forgotten: Refusal = { refused: true, code: "payment_method_forgotten", objectId: null };

async function save(deps: Deps, payment: PaymentRow, idempotencyKey: string): Promise<Answer> {
  const providerCustomerId = await customerAtProvider(deps, payment.customerId);
  if (!providerCustomerId) return forgotten;
  const { id: paymentId, orderId, tryNumber, paymentMethod, returnUrl } = payment;
  const about = { paymentId, orderId, tryNumber, returnUrl, idempotencyKey };
  return ofSetup(await deps.psp.save({ ...about, paymentMethod, providerCustomerId }));
}

async function authorize(deps: Deps, payment: PaymentRow, idempotencyKey: string): Promise<Answer> {
  const { id: paymentId, orderId, tryNumber, amountMinor, currency, returnUrl } = payment;
  const about = { paymentId, orderId, tryNumber, amountMinor, currency, returnUrl, idempotencyKey };
  if (payment.scheduledFor === null || payment.payNow) {
    const { paymentMethod } = payment;
    return ofIntent(await deps.psp.authorize({ ...about, paymentMethod, savedFor: null }));
  }
  const savedFor = await customerAtProvider(deps, payment.customerId);
  if (!savedFor || !payment.savedMethod) return forgotten;
  return ofIntent(await deps.psp.authorize({ ...about, paymentMethod: payment.savedMethod, savedFor }));
}

/** A refused capture or void may mean that it had happened already: the object itself tells. */
async function orElse({ psp }: Deps, payment: PaymentRow, answer: Answer): Promise<Answer> {
  if (!("refused" in answer)) return answer;
  if (isSettingUp(payment)) {
    const setup = await psp.findSetup(payment.providerSetupId ?? "");
    return setup.status === "SAVED" || setup.status === "CANCELED" ? { kind: "SETUP", setup } : answer;
  }
  const intent = await psp.find(intentOf(payment));
  return intent.status === "CAPTURED" || intent.status === "CANCELED" ? { kind: "INTENT", intent } : answer;
}

/** An order that costs nothing needs no provider. */
function free({ id, currency, tryNumber }: PaymentRow, operation: AttemptRow["operation"]): Answer {
  const made = { id: `free_${id}`, nextActionUrl: null, failure: null, tryNumber };
  if (operation === "SAVE") return { kind: "SETUP", setup: { ...made, status: "SAVED", savedMethod: null } };
  const status = ({ AUTHORIZE: "AUTHORIZED", CAPTURE: "CAPTURED", VOID: "CANCELED" } as const)[operation];
  return { kind: "INTENT", intent: { ...made, status, amountMinor: 0, currency } };
}
