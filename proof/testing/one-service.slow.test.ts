/** Any one service ended and started again in the middle of an order: the order finishes, and the money is right. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { People } from "../../demo/order/order.ts";
import { subgraphNames } from "../../schema/subgraphs.ts";
import { playPatiently, signInPatiently, type Stage } from "./patient-order.ts";
import { Processes } from "./processes.ts";

let system: Processes;
let people: People;
beforeAll(async () => {
  system = new Processes({
    variables: { COMPLETION_DELAY_MS: "300" },
    settings: {
      ...Object.fromEntries(subgraphNames.map((name) => [name, { EVENTS_REDELIVER_SECONDS: "2" }])),
      delivery: { MATCH_INTERVAL_MS: "300", EVENTS_REDELIVER_SECONDS: "2" },
    },
  });
  await system.up();
  people = await signInPatiently(system.graphqlUrl);
});
afterAll(() => system.close());

/** Plays an order, and at one stage has the fault; it must strike exactly once. */
async function playThrough(stage: Stage, fault: () => Promise<void>): Promise<void> {
  let struck = 0;
  const played = playPatiently(people, async (now) => {
    if (now !== stage) return;
    struck++;
    await fault();
  });
  const outcome = await Promise.race([played, system.crash]);
  expect(struck).toBe(1);
  expect(outcome.order.state).toBe("COMPLETED");
  expect(outcome.order.history.map(({ to }) => to)).toEqual([
    "PENDING_PAYMENT",
    "PLACED",
    "ACCEPTED",
    "PREPARING",
    "READY",
    "PICKED_UP",
    "DELIVERED",
    "COMPLETED",
  ]);
  expect(outcome.payment.state).toBe("CAPTURED");
  expect(outcome.payment.captured.amount).toBe(outcome.order.total.amount);
  expect(outcome.ledgerSum).toBe(0);
  expect(outcome.ledgerEntries).toBeGreaterThan(2);
}

test.for<[name: string, signal: NodeJS.Signals, stage: Stage]>([
  ["users", "SIGKILL", "signed-in"],
  ["router", "SIGKILL", "placed"],
  ["orders", "SIGKILL", "placed"],
  ["payments", "SIGKILL", "placed"],
  ["menu", "SIGKILL", "authorized"],
  ["sandbox-psp", "SIGKILL", "authorized"],
  ["payments", "SIGKILL", "accepted"],
  ["delivery", "SIGKILL", "accepted"],
  ["orders", "SIGTERM", "captured"],
  ["delivery", "SIGKILL", "picked-up"],
])("%s ended by %s once the order is %s", async ([name, signal, stage]) => {
  await playThrough(stage, async () => {
    const before = await system.end(name, signal);
    expect(system.start(name)).not.toBe(before);
  });
});

test("Postgres stopped and started between acceptance and assignment", async () => {
  await playThrough("accepted", async () => {
    const before = await system.stopPostgres();
    expect(await system.startPostgres()).not.toBe(before);
  });
});
