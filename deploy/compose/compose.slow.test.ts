/** Without a container engine: docker-compose.yml's own commands, environments and health checks, run as processes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { playOrder } from "../../demo/order/order.ts";
import { demoId } from "../../demo/world/world.ts";
import { Processes, services } from "../../proof/testing/processes.ts";

let system: Processes;
beforeAll(() => void (system = new Processes({ variables: { COMPLETION_DELAY_MS: "500" } })));
afterAll(() => system.close());

it("the image's default command is one of compose's", () => {
  const dockerfile = readFileSync(join(import.meta.dirname, "../Dockerfile"), "utf8");
  const command = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)![1]!) as string[];
  expect(Object.values(services).map((service) => service.command)).toContainEqual(command);
});

it("every service becomes healthy, and an order completes through the router", async () => {
  await system.up();
  const outcome = await playOrder(system.graphqlUrl, demoId("rst", 0), () => {});
  expect(outcome.order.state).toBe("COMPLETED");
  expect(outcome.ledgerSum).toBe(0);
});
