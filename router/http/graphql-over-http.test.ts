/** The GraphQL-over-HTTP specification, by graphql-http's own audits, at each router: ours, over stock gateway, and over any supergraph. */
import { auditServer } from "graphql-http";
import { expect, test } from "vitest";
import { createLog } from "../../kit/server/log.ts";
import { startOpenRouter } from "./open-router.ts";
import { startLoneRouter, supergraphFile } from "./testing/lone-router.ts";
import { standaloneLimits } from "./testing/standalone-limits.ts";

const startOpen = () =>
  startOpenRouter({
    supergraphFile,
    host: "127.0.0.1",
    port: 0,
    introspection: true,
    subgraphErrors: false,
    timeoutMs: 1_000,
    maxAnswerBytes: 1_000,
    ...standaloneLimits,
    maxBodyBytes: 100_000,
    fastLane: true,
    log: createLog({ service: "router", level: "silent" }),
  });

/** Apollo Server answers what cannot be executed with 400, also to clients that accept `application/json` alone; the specification would rather have 200. */
const apolloServers = ["572B", "FDE2", "7B9B"];
/** Reading over GET from other origins is refused unless a header shows that a browser asked first: a MAY of the specification. */
const crossSite = ["5A70", "D6D5", "6A70"];

test.each([
  ["over our engine", () => startLoneRouter({ ROUTER_ENGINE: "antar" }), [...apolloServers, ...crossSite]],
  ["over stock gateway", () => startLoneRouter({ ROUTER_ENGINE: "apollo" }), [...apolloServers, ...crossSite]],
  ["over any supergraph", startOpen, apolloServers],
])("%s: every MUST holds, and every other recommendation but those named", async (_, start, known) => {
  const router = await start();
  try {
    const results = await auditServer({ url: `${router.url}/graphql`, fetchFn: fetch });
    expect(results.length).toBeGreaterThan(50);
    const failed = results.filter(({ status }) => status !== "ok");
    expect(failed.filter(({ status }) => status === "error").map(({ name }) => name)).toEqual([]);
    expect(failed.map(({ id }) => id).toSorted()).toEqual(known.toSorted());
    const answer = await fetch(`${router.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ __typename }" }),
    });
    expect(answer.headers.get("cache-control")).toBe("no-store");
  } finally {
    await router.stop();
  }
});
