/** Ended sessions as users tells them: their access tokens count no more, though they have not expired. */
import { z } from "zod";
import {
  createEndedSessions,
  followEndedSessions,
  type EndedSessions,
  type ReadEnded,
} from "../../kit/access/ended-sessions.ts";
import type { Signer } from "../../kit/access/identity.ts";
import type { Log } from "../../kit/server/log.ts";

const page = z.object({ sessionIds: z.array(z.string()), cursor: z.string() });

/** Longest wait for an answer, milliseconds. */
const timeoutMs = 2_000;

const readFrom =
  (url: string, sign: Signer): ReadEnded =>
  async (after, signal) => {
    const address = new URL(url);
    if (after !== null) address.searchParams.set("after", after);
    const response = await fetch(address, {
      headers: { authorization: `Bearer ${await sign({ kind: "anonymous" }, "users")}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    if (!response.ok) throw new Error(`ended sessions: HTTP status ${response.status}`);
    return page.parse(await response.json());
  };

/** What is known of ended sessions, and the end of learning more. */
export type Followed = Pick<EndedSessions, "has" | "isLoaded"> & { stop(): Promise<void> };

/** Follows the ends at `url`, asked every `everyMs` milliseconds; without an address the subgraphs alone know them. */
export function openEndedSessions(options: {
  url: string | undefined;
  everyMs: number;
  sign: Signer;
  log: Log;
}): Followed {
  if (options.url === undefined) return { has: () => false, isLoaded: () => true, stop: async () => {} };
  const sessions = createEndedSessions(readFrom(options.url, options.sign));
  return { ...sessions, ...followEndedSessions(sessions, options.log, options.everyMs) };
}
