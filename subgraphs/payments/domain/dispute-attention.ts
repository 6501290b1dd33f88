/** Why support should look at a dispute, and in which states each reason holds. */
import type { DisputeState } from "./dispute-states.ts";

export const disputeAttentions = ["EVIDENCE_DUE", "EVIDENCE_DUE_SOON", "EVIDENCE_REFUSED"] as const;

export type DisputeAttention = (typeof disputeAttentions)[number];

const holdsIn: Record<DisputeAttention, readonly DisputeState[]> = {
  EVIDENCE_DUE: ["OPENED"],
  EVIDENCE_DUE_SOON: ["OPENED"],
  EVIDENCE_REFUSED: ["OPENED"],
};

type Looked = { state: DisputeState; attention: DisputeAttention[] | null };

const some = (reasons: DisputeAttention[]): DisputeAttention[] | null => (reasons.length === 0 ? null : reasons);

/** The reasons with one more, each once; unchanged where it does not hold in the dispute's state. */
export const withAttention = ({ state, attention }: Looked, reason: DisputeAttention): DisputeAttention[] | null =>
  holdsIn[reason].includes(state) ? [...new Set([...(attention ?? []), reason])] : attention;

/** The reasons that still hold once the dispute is in `state`; null when none is left. */
export const attentionIn = (state: DisputeState, attention: DisputeAttention[] | null): DisputeAttention[] | null =>
  some((attention ?? []).filter((one) => holdsIn[one].includes(state)));

/** How long before the provider's date each alert is raised, milliseconds. */
export type AlertTimes = { firstMs: number; lastMs: number };

/** The alerts that are due at `now`, and when the next one is; null when none is left. */
export function alertsAt(
  dueAt: Date,
  now: Date,
  { firstMs, lastMs }: AlertTimes,
): { due: DisputeAttention[]; next: Date | null } {
  const steps = [
    { reason: "EVIDENCE_DUE", at: dueAt.getTime() - firstMs },
    { reason: "EVIDENCE_DUE_SOON", at: dueAt.getTime() - lastMs },
  ] as const;
  const due = steps.filter(({ at }) => at <= now.getTime()).map(({ reason }) => reason);
  const next = steps.map(({ at }) => at).find((at) => at > now.getTime());
  return { due, next: next === undefined ? null : new Date(next) };
}
