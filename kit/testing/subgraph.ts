/** Starts one subgraph over a fresh database for tests: real HTTP, real Postgres, events and timers fed by hand. */
import { exportJWK, generateKeyPair, type JWK } from "jose";
import type { z } from "zod";
import { manualClock } from "../clock.ts";
import { readEnv } from "../server/env.ts";
import type { Event } from "../events/event.ts";
import { newId } from "../id.ts";
import { createSigner, type Caller } from "../access/identity.ts";
import { outboxEvents } from "../events/relay.ts";
import type { CallSubgraph } from "../access/service-call.ts";
import { ServiceCallError } from "../access/service-call.ts";
import type { RunningSubgraph, StartOptions } from "../server/subgraph.ts";
import { newTraceId } from "../server/trace.ts";
import { testDatabase } from "./database.ts";

type Answer = { data?: any; errors?: { message: string; path?: (string | number)[]; extensions: { code: string } }[] }; // eslint-disable-line typescript/no-explicit-any -- tests read what they asked for

/** Answers a call to another subgraph; throw to play an outage. */
export type FakeCalls = Record<string, (query: string, variables: any) => unknown>; // eslint-disable-line typescript/no-explicit-any -- as above

export const testNow = new Date("2026-06-01T05:00:00Z");

async function keyPair(issuer: string): Promise<{ private: JWK; public: JWK }> {
  const { privateKey, publicKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const named = async (key: typeof privateKey) => ({ ...(await exportJWK(key)), kid: `${issuer}-1` });
  return { private: await named(privateKey), public: await named(publicKey) };
}

const fakeCalls =
  (calls: FakeCalls): CallSubgraph =>
  async <T>(target: string, query: string, variables: object) => {
    const answer = calls[target];
    if (!answer) throw new ServiceCallError(`${target} is away`);
    return (await answer(query, variables)) as T;
  };

/**
 * Starts the subgraph `name`. `graphql(query, variables, caller)` goes over HTTP with a router-signed identity (a service's own for service callers),
 * `deliver(event)` feeds an event, `runTimers()` fires what is due by `clock` until nothing is, `outbox()` lists what was published,
 * `clean()` deletes what has had its time by `clock`, `learnEnded()` reads which sessions have ended.
 */
export async function testSubgraph<S extends z.ZodType>(
  name: string,
  options: {
    start(env: z.infer<S>, options: StartOptions): Promise<RunningSubgraph>;
    env: S;
    settings?: Record<string, string>;
    calls?: FakeCalls;
    clock?: ReturnType<typeof manualClock>;
  },
) {
  const database = await testDatabase(name);
  const clock = options.clock ?? manualClock(testNow);
  const issuers = [...new Set(["router", "users", "menu", "orders", "delivery", "payments", name])];
  const keys = Object.fromEntries(
    await Promise.all(issuers.map(async (issuer) => [issuer, await keyPair(issuer)] as const)),
  );
  const publicKeys = Object.fromEntries(issuers.map((issuer) => [issuer, { keys: [keys[issuer]?.public] }]));
  const settings = readEnv(options.env, {
    PORT: "0",
    LOG_LEVEL: "fatal",
    DATABASE_URL: database.url,
    EVENTS_DATABASE_URL: database.url,
    IDENTITY_PRIVATE_KEY: JSON.stringify(keys[name]?.private),
    IDENTITY_PUBLIC_KEYS: JSON.stringify(publicKeys),
    ...options.settings,
  });
  const callSubgraph = fakeCalls(options.calls ?? {});
  const running = await options.start(settings, { clock, callSubgraph, manual: true });
  const signers = Object.fromEntries(
    issuers.map((issuer) => [issuer, createSigner({ issuer, privateKey: keys[issuer]?.private ?? {} })]),
  );

  /** A signed identity as the router, or a service for itself, sends it. */
  const identityOf = (caller: Caller) =>
    signers[caller.kind === "service" ? caller.service : "router"]?.(caller, name) ?? Promise.resolve("");

  async function graphql(
    query: string,
    variables: object = {},
    caller: Caller = { kind: "anonymous" },
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${running.url}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${await identityOf(caller)}`,
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer;
  }

  const versions = new Map<string, number>();
  /** Feeds an event as the broker would; `aggregateVersion` counts up by itself unless given. */
  async function deliver(event: Pick<Event, "type" | "source" | "aggregateId" | "data"> & Partial<Event>) {
    const stream = `${event.source} ${event.type.split(".")[0]} ${event.aggregateId}`;
    const aggregateVersion = event.aggregateVersion ?? (versions.get(stream) ?? 0) + 1;
    versions.set(stream, Math.max(aggregateVersion, versions.get(stream) ?? 0));
    return running.inbox.receive({
      id: newId("evt"),
      time: clock.now().toISOString(),
      traceId: newTraceId(),
      ...event,
      aggregateVersion,
    });
  }

  return {
    graphql,
    identityOf,
    deliver,
    clock,
    url: running.url,
    db: running.deps.db,
    sql: running.deps.sql,
    /** What the subgraph's actions work with. */
    deps: running.deps,
    /** Tries events again that wait and whose time has come by `clock`; answers how many. */
    resume: () => running.inbox.resume(),
    database,
    outbox: () => outboxEvents(running.deps.db),
    clean: running.clean,
    learnEnded: running.learnEnded,
    async runTimers() {
      let fired = 0;
      for (let count = await running.fireTimers(); count > 0; count = await running.fireTimers()) fired += count;
      return fired;
    },
    async stop() {
      await running.stop();
      await database.close();
    },
  };
}

/** A signed-in caller for tests. */
export const userCaller = (userId: string, ...roles: string[]): Caller => ({
  kind: "user",
  userId,
  sessionId: newId("ses"),
  roles,
  scopes: [],
});
