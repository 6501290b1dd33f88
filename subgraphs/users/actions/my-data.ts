/** Everything that the platform keeps about a person. */
import { fromStart } from "../../../kit/graphql/connection.ts";
import type { Context } from "../deps.ts";
import { addressesOf } from "../db/addresses.ts";
import { auditPage } from "../db/audit.ts";
import { membershipsOf } from "../db/memberships.ts";
import { findUser } from "../db/queries.ts";
import { sessionsOf } from "../db/sessions.ts";

/** Subgraphs beside users that keep personal data, each with its field for them. */
const holders = ["menu", "orders", "delivery", "payments"] as const;

async function ownData(context: Context, userId: string) {
  const user = await findUser(context.db, userId);
  if (!user) return null;
  const { passwordHash: _secret, ...profile } = user;
  const about = { subjectId: userId, actorId: null };
  const [addresses, memberships, sessions, audited] = await Promise.all([
    addressesOf(context).load(userId),
    membershipsOf(context).load(userId),
    sessionsOf(context.db, userId),
    auditPage(context.db, about, fromStart(1_000)),
  ]);
  // What was done to the person, not by whom: that is somebody else's.
  const changes = audited.map(({ action, at, detail }) => ({ action, at, detail }));
  return { profile, addresses: addresses ?? [], memberships: memberships ?? [], sessions, changes };
}

/** The data by subgraph, and in `missing` the subgraphs that could not answer: ask again later for theirs. */
export async function myData(context: Context, userId: string): Promise<Record<string, unknown>> {
  const ask = async (target: (typeof holders)[number]) => {
    const field = `${target}PersonalData`;
    const text = `query PersonalData($userId: ID!) { ${field}(userId: $userId) }`;
    const data = await context.callSubgraph<Record<string, unknown>>(target, text, { userId }, context.traceId);
    return data[field] ?? null;
  };
  const [own, ...answers] = await Promise.all([
    ownData(context, userId),
    ...holders.map((target) => Promise.allSettled([ask(target)])),
  ]);
  const result: Record<string, unknown> = { exportedAt: context.clock.now().toISOString(), users: own };
  const missing: string[] = [];
  for (const [index, target] of holders.entries()) {
    const answer = answers[index]?.[0];
    if (answer?.status === "fulfilled") result[target] = answer.value;
    else missing.push(target);
  }
  return JSON.parse(JSON.stringify({ ...result, missing })) as Record<string, unknown>;
}
