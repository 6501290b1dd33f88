/** Handing the food to the right courier: kitchen progress and the pickup code. */
import { err, ok, type Result } from "../../../kit/result.ts";
import type { DeliveryState } from "./delivery-states.ts";

/** How far the kitchen is, as orders tells. */
export const kitchenStates = ["ACCEPTED", "PREPARING", "READY"] as const;
export type KitchenState = (typeof kitchenStates)[number];

/** Digits of a pickup code. */
export const pickupCodeDigits = 4;

/** How often a courier may be wrong, and for how long the code is then locked. */
export type CodeRule = { readonly maxTries: number; readonly lockMs: number };

/** What an attempt to pick up is judged by. */
export type PickupAttempt = {
  readonly state: DeliveryState;
  readonly kitchen: KitchenState;
  readonly pickupCode: string;
  readonly wrongCodes: number;
  readonly codeLockedUntil: Date | null;
};

/** Why a pickup is refused. */
export type PickupRefusal =
  | { readonly tag: "WRONG_STATE" }
  | { readonly tag: "KITCHEN_NOT_READY" }
  | { readonly tag: "LOCKED"; readonly until: Date }
  | {
      readonly tag: "WRONG_CODE";
      readonly triesLeft: number;
      readonly wrongCodes: number;
      readonly lockedUntil: Date | null;
    };

/** Whether the courier may leave with the food. A wrong code counts; after `maxTries` the code is locked for a while. */
export function tryPickup(
  attempt: PickupAttempt,
  code: string,
  now: Date,
  rule: CodeRule,
): Result<null, PickupRefusal> {
  if (attempt.state !== "AT_PICKUP") return err({ tag: "WRONG_STATE" });
  if (attempt.codeLockedUntil && attempt.codeLockedUntil > now)
    return err({ tag: "LOCKED", until: attempt.codeLockedUntil });
  if (attempt.kitchen === "ACCEPTED") return err({ tag: "KITCHEN_NOT_READY" });
  if (code === attempt.pickupCode) return ok(null);
  const wrongCodes = (attempt.codeLockedUntil ? 0 : attempt.wrongCodes) + 1;
  const triesLeft = Math.max(0, rule.maxTries - wrongCodes);
  const lockedUntil = triesLeft === 0 ? new Date(now.getTime() + rule.lockMs) : null;
  return err({ tag: "WRONG_CODE", triesLeft, wrongCodes, lockedUntil });
}
