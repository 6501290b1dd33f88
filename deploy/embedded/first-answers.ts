/** The first questions to a system that has just started, so that nobody waits for what it does only once. */
import { setTimeout as wait } from "node:timers/promises";
import { demoLocation } from "../../demo/world/world.ts";

const query = `query First($near: LocationInput!) {
  restaurants(near: $near, search: "nasi", first: 3) { edges { distanceMeters node { name rating isOpen menu { items { name } } } } }
}`;

/** How long a first answer may take before the question is asked again, in all, and between two tries, milliseconds. */
const answerWithinMs = 60_000;
const patienceMs = 180_000;
const pauseMs = 100;

async function isReady(routerUrl: string): Promise<boolean> {
  const response = await fetch(`${routerUrl}/ready`, { signal: AbortSignal.timeout(answerWithinMs) });
  await response.arrayBuffer();
  return response.ok;
}

async function isAnswered(routerUrl: string): Promise<boolean> {
  const response = await fetch(`${routerUrl}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables: { near: demoLocation("customer", 0) } }),
    signal: AbortSignal.timeout(answerWithinMs),
  });
  // A router of registered operations only refuses it, which is an answer too; an outage is one of the subgraphs'.
  return !(await response.text()).includes('"SUBGRAPH_UNAVAILABLE"');
}

/** Resolves once the router has its keys and the graph has answered a search; gives up after three minutes, since the system serves all the same. */
export async function firstAnswers(routerUrl: string): Promise<void> {
  const giveUp = Date.now() + patienceMs;
  for (const done of [isReady, isAnswered])
    while (!(await done(routerUrl).catch(() => false)) && Date.now() < giveUp) await wait(pauseMs);
}
