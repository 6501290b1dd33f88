import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { join, leave, renewAndEnd } from "./operations/account.ts";
import { editMenu, onboard, runRestaurant, settle } from "./operations/back-office.ts";
import { keepBooks } from "./operations/books.ts";
import { dispute } from "./operations/disputes.ts";
import { clientOrigin } from "./operations/browser.ts";
import { browse, callOff, collect, lookBack } from "./operations/ordering.ts";
import { giveCode, promise } from "./operations/promotions.ts";
import { payOut } from "./operations/payouts.ts";
import { deliverOne, failOne } from "./operations/riding.ts";
import { createWorld, type World } from "./operations/world.ts";
import { engines } from "./env.ts";
import { dataFolder, startTestSystem, type TestSystem } from "./system.ts";

// Orders wait for matching, cards and kitchens.
describe.each(engines)("every registered operation, through the public door, on %s", { timeout: 600_000 }, (engine) => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let system: TestSystem;
  let world: World;
  let person: Awaited<ReturnType<typeof join>>;
  let delivered = "";

  beforeAll(async () => {
    folder = await dataFolder();
    system = await startTestSystem(folder.path, { CORS_ORIGINS: clientOrigin, ROUTER_ENGINE: engine });
    world = await createWorld(system.url);
  }, 600_000);
  afterAll(async () => {
    await system?.stop();
    await folder?.remove();
  });

  test("somebody joins, edits their account, is suspended and reinstated", async () => {
    person = await join(world);
  });

  test("a restaurant edits its menu, hours and team", async () => {
    await editMenu(world);
    await runRestaurant(world, person);
  });

  test("a customer looks around; an order is collected", async () => {
    await browse(world);
    await collect(world);
  });

  test("a restaurant and the platform promise something, and it is quoted", async () => {
    await promise(world);
    await giveCode(world);
  });

  test("orders are cancelled by the customer, by the restaurant, by support", () => callOff(world));

  test("an order is handed back, reassigned, delivered and reviewed", async () => {
    delivered = await deliverOne(world);
    await lookBack(world, delivered);
  });

  test("a delivery fails and is resolved", () => failOne(world));

  test("the books balance, a refund is paid; a restaurant is taken on, suspended and reinstated", async () => {
    await settle(world, delivered);
    await onboard(world, person.userId);
  });

  test("disputes are answered by the restaurant and support, and given up", () => dispute(world));

  test("a restaurant and a courier are paid out", () => payOut(world));

  test("a line is paid back; restaurant and courier read their statements, an admin the books of the day", () =>
    keepBooks(world, delivered));

  test("somebody leaves; every client renews and ends its session by the cookie", async () => {
    await leave(person.newcomer);
    await renewAndEnd([world.customer, world.owner, world.couriers[0], world.admin]);
  });

  test("nothing that is registered was left out", () => {
    expect(world.registered.run).toEqual(world.registered.all);
  });
});
