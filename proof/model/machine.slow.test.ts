/** The machine of order, payment, delivery, stock and promotion against a small reference model, command by command. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { randomOf } from "../chaos/random.ts";
import { commands } from "./arbitrary.ts";
import type { Real } from "./deeds.ts";
import type { World } from "./expected.ts";
import { act, codeLimit, dish, newScene, openTown, type Town } from "./people.ts";
import { startModelSystem, type ModelSystem } from "./system.ts";

let system: ModelSystem;
let town: Town;
beforeAll(async () => {
  system = await startModelSystem();
  town = await openTown(system);
});
afterAll(() => system?.stop());

/** Ends what a run left behind, so that its deliveries want no courier of the next. */
async function clear({ scene, ids }: Real): Promise<void> {
  for (const orderId of ids)
    for (const name of ["cancelOrderForFault", "resolveFailedDelivery"])
      await act(system.orders, scene.support, name, { orderId, fault: "PLATFORM", reason: "over" });
  await system.settle(randomOf(0, "clear"));
  await system.delivery.graphql(`mutation { goOffline { __typename } }`, {}, scene.courier);
}

const runs = 20;

test(`what people do, in any order, with events twice and out of order, ends as the model says (${runs} runs)`, async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`seed ${seed}`);
  const ended = new Map<string, number>();
  let steps = 0;
  await fc.assert(
    fc.asyncProperty(commands, async (list) => {
      const scene = await newScene(system, town);
      const real: Real = { system, scene, ids: [], deliveries: new Map(), story: [] };
      const now = system.clock.now().getTime();
      const world: World = { orders: [], stockAtFirst: dish.stock, codesAtFirst: codeLimit, now };
      try {
        await fc.asyncModelRun(() => ({ model: world, real }), list);
      } catch (error) {
        throw new Error(`after ${real.story.join("; ")}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      } finally {
        steps += real.story.length;
        for (const { order } of world.orders) ended.set(order, (ended.get(order) ?? 0) + 1);
        await clear(real);
      }
    }),
    { seed, numRuns: runs, endOnFailure: false, interruptAfterTimeLimit: 240_000 },
  );
  console.log(`${steps} steps; orders at the end of their runs: ${JSON.stringify(Object.fromEntries(ended))}`);
  // A generator that gets nowhere would prove nothing.
  expect(steps).toBeGreaterThan(runs * 3);
});
