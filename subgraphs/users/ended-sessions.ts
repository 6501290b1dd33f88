/** The route by which routers learn of ended sessions. */
import type { Db } from "../../kit/database/db.ts";
import { isEndedCursor, readEnded } from "../../kit/access/ended-sessions.ts";
import { json, notKept, type HttpRequest, type HttpResponse } from "../../kit/server/http.ts";
import { createVerifier } from "../../kit/access/identity.ts";
import type { Env } from "./env.ts";

/**
 * `GET /ended-sessions?after=CURSOR` answers `{"sessionIds":[…],"cursor":"…"}`: what has ended since the cursor of an earlier
 * answer, and without one all that is remembered. 401 for anybody but a router, 400 for what is no cursor.
 */
export function endedSessionsRoute({ IDENTITY_PUBLIC_KEYS }: Env) {
  const verify = createVerifier({ audience: "users", issuers: IDENTITY_PUBLIC_KEYS });
  return async ({ headers, url }: HttpRequest, { db }: { db: Db }): Promise<HttpResponse> => {
    const caller = await verify(headers.authorization);
    if (!caller || caller.kind === "service") return json(401, { error: "for routers only" }, notKept);
    const after = url.searchParams.get("after");
    if (after !== null && !isEndedCursor(after)) return json(400, { error: "no cursor" }, notKept);
    return json(200, await readEnded(db, after), notKept);
  };
}
