/** Exchanges a refresh token, and ends the session when a spent one is shown. */
import { err, ok, type Result } from "../../../kit/result.ts";
import type { Context } from "../deps.ts";
import { lockToken, rotateToken, tokenUsed } from "../db/sessions.ts";
import { decideRotation } from "../domain/rotation.ts";
import { successorOf, tokenDigest } from "../keys/secrets.ts";
import { endSessions, tokensFor, type Tokens } from "./open-session.ts";

/** Longest refresh token that is looked at, characters. */
export const longestToken = 128;

/** The token that the client gave, else the one that the router took from the browser's cookie. */
export function givenRefreshToken(
  context: Context,
  input: { refreshToken?: string | null | undefined },
): string | null {
  const header = context.headers["x-refresh-token"];
  const token = input.refreshToken ?? (typeof header === "string" ? header : null);
  return token !== null && token.length > 0 && token.length <= longestToken ? token : null;
}

/** Fresh tokens for the session; refusals do not say why. */
export async function refresh(
  context: Context,
  token: string | null,
): Promise<Result<Tokens, "INVALID_REFRESH_TOKEN">> {
  if (token === null) return err("INVALID_REFRESH_TOKEN");
  const digest = tokenDigest(token);
  const successor = successorOf(context.secrets.refresh, token);
  const successorDigest = tokenDigest(successor);
  const now = context.clock.now();
  const user = await context.db.transaction(async (tx) => {
    const stored = await lockToken(tx, digest);
    if (!stored || stored.user.status !== "ACTIVE") return null;
    const shown = {
      usedAt: stored.token.usedAt,
      successorUsed: await tokenUsed(tx, successorDigest),
      sessionExpiresAt: stored.session.expiresAt,
      sessionRevokedAt: stored.session.revokedAt,
    };
    const sessionId = stored.session.id;
    switch (decideRotation(shown, now, context.settings.REFRESH_GRACE_MS)) {
      case "rotate":
        await rotateToken(tx, digest, { digest: successorDigest, sessionId, issuedAt: now });
        return { row: stored.user, sessionId };
      case "repeat":
        return { row: stored.user, sessionId };
      case "revoke":
        context.log.warn({ sessionId }, "a spent refresh token was shown: session ended");
        await endSessions(tx, context, { sessionId }, "REUSE");
        return null;
      case "refuse":
        return null;
    }
  });
  if (!user) return err("INVALID_REFRESH_TOKEN");
  return ok(await tokensFor(context, user.row, { sessionId: user.sessionId, refreshToken: successor }));
}
