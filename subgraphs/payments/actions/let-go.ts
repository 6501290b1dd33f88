/** Lets go of what a try that is over may still hold: a confirmation that came after another card was taken, say. */
import type { FiredTimer } from "../../../kit/events/timers.ts";
import { schedule } from "../../../kit/events/timers.ts";
import { entriesOf } from "../domain/postings.ts";
import { retryAfterMs } from "../domain/refund-retry.ts";
import { post } from "../db/ledger.ts";
import type { Moment } from "../db/payments.ts";
import type { PaymentRow, TryRow } from "../db/tables.ts";
import { letGoTimer, patchTry, tryToLetGo } from "../db/tries.ts";
import type { Deps } from "../deps.ts";
import type { Intent, ProviderRefund } from "../psp/psp.ts";

type Timer = Pick<FiredTimer, "key" | "traceId">;
type Call = { payment: PaymentRow; tried: TryRow };

/**
 * Timer handler: voids the try at the provider, or pays back what was taken for it. Throws when the provider's answer is
 * unknown: the next time asks with the same keys, which follow from the timer's own.
 */
export async function letGo(timer: Timer, deps: Deps): Promise<void> {
  const call = await tryToLetGo(deps.db, timer.key);
  if (!call) return;
  const moment = { now: deps.clock.now(), traceId: timer.traceId };
  const { providerIntentId, providerSetupId } = call.tried;
  // A card that was kept after all holds no money.
  if (providerSetupId !== null) await deps.psp.cancelSetup(providerSetupId, `${timer.key}:let-go`);
  const intent = providerIntentId === null ? null : await voided(deps, providerIntentId, `${timer.key}:let-go`);
  if (intent?.status === "CAPTURED") return payBack(timer, deps, call, intent, moment);
  await deps.db.transaction((tx) => patchTry(tx, call.tried, { releasedAt: moment.now }));
}

async function voided({ psp }: Deps, intentId: string, idempotencyKey: string): Promise<Intent> {
  const answer = await psp.void(intentId, idempotencyKey);
  const intent = "refused" in answer ? await psp.find(intentId) : answer;
  if (intent.status === "CANCELED" || intent.status === "CAPTURED") return intent;
  throw new Error(`intent ${intentId} cannot be let go: it is ${intent.status}`);
}

async function payBack(timer: Timer, deps: Deps, call: Call, intent: Intent, moment: Moment): Promise<void> {
  const { payment, tried } = call;
  const { orderId, currency, restaurantId } = payment;
  const { amountMinor } = intent;
  const owners = { restaurantId, courierId: null };
  const about = { reference: timer.key, orderId, currency };
  await deps.db.transaction((tx) =>
    post(tx, { kind: "late-capture", ...about, entries: entriesOf("late-capture", { amountMinor }, owners) }, moment),
  );
  const refund = await refunded(deps, call, intent, refundKey(timer.key, tried));
  if (refund.status === "FAILED") return tryAgain(timer, deps, tried, refund, moment);
  await deps.db.transaction(async (tx) => {
    await patchTry(tx, tried, { providerRefundId: refund.id });
    if (refund.status === "PENDING") {
      const dueAt = new Date(moment.now.getTime() + deps.settings.PAYMENT_CHECK_MS);
      return schedule(tx, { name: letGoTimer, key: timer.key, dueAt, traceId: timer.traceId });
    }
    const entries = entriesOf("refund-paid", { amountMinor }, owners);
    await post(tx, { kind: "refund-paid", ...about, entries }, moment);
    await patchTry(tx, tried, { releasedAt: moment.now });
  });
}

/** Each refusal is final for its key. */
const refundKey = (key: string, { refundRefusals }: TryRow): string =>
  refundRefusals === 0 ? `${key}:refund` : `${key}:refund:${refundRefusals}`;

/** Has the refused refund asked for again under another key, later and later; after some refusals a person is alerted. */
async function tryAgain(
  { key, traceId }: Timer,
  { db, log, settings }: Deps,
  tried: TryRow,
  { intentId, failure }: ProviderRefund,
  { now }: Moment,
): Promise<void> {
  const refundRefusals = tried.refundRefusals + 1;
  const about = { intentId, failure, refundRefusals };
  if (refundRefusals >= settings.REFUND_FLAG_AFTER) log.error(about, "a late capture cannot be paid back");
  const dueAt = new Date(
    now.getTime() + retryAfterMs(refundRefusals, settings.REFUND_RETRY_MS, settings.REFUND_RETRY_MAX_MS),
  );
  await db.transaction(async (tx) => {
    await patchTry(tx, tried, { providerRefundId: null, refundRefusals });
    await schedule(tx, { name: letGoTimer, key, dueAt, traceId });
  });
}

async function refunded({ psp }: Deps, { tried }: Call, { id, amountMinor }: Intent, key: string) {
  if (tried.providerRefundId !== null) return psp.findRefund(tried.providerRefundId);
  const answer = await psp.refund({ intentId: id, amountMinor, refundId: key, idempotencyKey: key });
  if (!("refused" in answer)) return answer;
  return { id: "", status: "FAILED", intentId: id, failure: answer.code } satisfies ProviderRefund;
}
