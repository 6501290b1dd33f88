/** What to do with a refresh token that is shown (RFC 9700, 4.14.2: rotation with reuse detection). */

/** A stored token with its session, and whether its successor served already. */
export type ShownToken = {
  usedAt: Date | null;
  successorUsed: boolean;
  sessionExpiresAt: Date;
  sessionRevokedAt: Date | null;
};

/**
 * `rotate`: spend it for a successor; `repeat`: answer the same successor again (the reply was lost);
 * `revoke`: somebody shows a spent token, end the session; `refuse`: the session is over.
 */
export type Rotation = "rotate" | "repeat" | "revoke" | "refuse";

/** Decides for `token` at `now`; a spent token repeats for `graceMs` as long as its successor is untouched. */
export function decideRotation(token: ShownToken, now: Date, graceMs: number): Rotation {
  if (token.sessionRevokedAt !== null || token.sessionExpiresAt <= now) return "refuse";
  if (token.usedAt === null) return "rotate";
  const age = now.getTime() - token.usedAt.getTime();
  return !token.successorUsed && age <= graceMs ? "repeat" : "revoke";
}
